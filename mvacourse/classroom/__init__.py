"""What a reader of the notebooks sees and types: set-up, claims, pictures, sliders, exercises."""
