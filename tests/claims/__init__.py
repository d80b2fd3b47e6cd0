"""Run the notebooks with other seeds and on other processors, and list how far each claim holds."""
