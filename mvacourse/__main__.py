"""``python -m mvacourse``, and what ``torchrun -m mvacourse`` starts."""

from mvacourse.cli import app

if __name__ == "__main__":
    app(prog_name="mvacourse")
