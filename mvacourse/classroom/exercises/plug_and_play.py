"""Exercises of notebook 12: the data step, Plug-and-Play, a denoiser with an explicit prior."""

from mvacourse.classroom.exercises.parts.explicit_prior import EXPLICIT_PRIOR
from mvacourse.classroom.exercises.parts.plug_and_play import DATA_STEP, PLUG_AND_PLAY

EXERCISES = (DATA_STEP, PLUG_AND_PLAY, EXPLICIT_PRIOR)
