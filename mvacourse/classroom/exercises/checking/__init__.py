"""How an answer is checked: called, compared, diagnosed, and answered, try after try."""
