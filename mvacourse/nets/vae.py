"""The variational autoencoder for compressed sensing with generative models."""

from __future__ import annotations

import math
from collections.abc import Sequence

from torch import Tensor, nn

from mvacourse import validate
from mvacourse.nets.shapes import check_codes, check_images, check_type


class VAE(nn.Module):
    """Variational autoencoder with k latent variables; its decoder is a generative prior (E2, E4).

    Encoder x ↦ (μ, log σ²) and decoder z ↦ x̂ each have two dense layers of `width` softplus units
    and a last layer, which is linear in the encoder and has a sigmoid in the decoder. The latent
    code of x is z = μ + σ ⊙ w with w ~ N(0, I). The defaults are Bora's 784-500-500-20: 663 040
    parameters in the encoder and 653 784 in the decoder.

    Parameters
    ----------
    k : int, default 20
        Length of z.
    shape : (C, H, W)
        Size of the images.
    width : int, default 500
        Units of each hidden layer.

    Raises
    ------
    ValueError
        If a size is not positive, or an image or z has the wrong size.

    References
    ----------
    Kingma and Welling, Auto-encoding variational Bayes, ICLR 2014. Bora, Jalal, Price and Dimakis,
    Compressed sensing using generative models, ICML 2017.
    """

    def __init__(self, k: int = 20, shape: Sequence[int] = (1, 28, 28), width: int = 500) -> None:
        super().__init__()
        self.k = k = validate.count(k, "k")
        self.shape = validate.image_shape(shape)
        n = math.prod(self.shape)
        width = validate.count(width, "width")
        self.arguments = {"k": k, "shape": list(self.shape), "width": width}
        self.encoder = nn.Sequential(
            *(nn.Linear(n, width), nn.Softplus()),
            *(nn.Linear(width, width), nn.Softplus()),
            nn.Linear(width, 2 * k),
        )
        self.decoder = nn.Sequential(
            *(nn.Linear(k, width), nn.Softplus()),
            *(nn.Linear(width, width), nn.Softplus()),
            *(nn.Linear(width, n), nn.Sigmoid()),
        )

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map images `(B,C,H,W)` to μ and log σ², each `(B,k)`."""
        check_images(self, x)
        mu, logvar = self.encoder(x.flatten(1)).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z: Tensor) -> Tensor:
        """Map z `(B,k)` to images `(B,C,H,W)` in (0, 1): this is G."""
        check_codes(self, z, self.k)
        return self.decoder(z).unflatten(1, self.shape)

    def forward(self, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Encode, draw z = μ + σ ⊙ noise, decode.

        Parameters
        ----------
        x : Tensor, (B,C,H,W)
            Images in [0, 1].
        noise : Tensor, (B,k)
            Drawn from N(0, I) by the caller; zeros decode the mean μ.

        Returns
        -------
        x_hat : Tensor, (B,C,H,W)
        mu, logvar : Tensor, (B,k)
        """
        mu, logvar = self.encode(x)
        validate.like(noise, mu, ("noise", "mu"))
        check_type(self, noise, "noise")
        return self.decode(mu + (logvar / 2).exp() * noise), mu, logvar
