"""How far a restoration can be trusted (G2).

Draw from the posterior: `langevin` and `tv_posterior` with an explicit prior, `latent_posterior`
with a generator. Put intervals around any restoration: `calibrate`. Find detail that these
intervals call unlikely: `invented_detail`, `departure`.
"""

from mvacourse.uncertainty.conformal import calibrate, coverage, intervals, sharpness
from mvacourse.uncertainty.hallucination import departure, invented_detail, roc_auc
from mvacourse.uncertainty.langevin import Draws, langevin, pool, tv_posterior
from mvacourse.uncertainty.latent_posterior import LatentPosterior, latent_posterior

__all__ = [
    "Draws",
    "LatentPosterior",
    "calibrate",
    "coverage",
    "departure",
    "intervals",
    "invented_detail",
    "langevin",
    "latent_posterior",
    "pool",
    "roc_auc",
    "sharpness",
    "tv_posterior",
]
