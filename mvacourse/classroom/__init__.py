"""The notebooks' tools: set-up, claims, pictures, sliders, exercises."""
