"""The mathematics on a device without float64, as Apple's Metal: it agrees with the CPU."""

import copy

import pytest
import torch
from no_float64 import MPS, OnMetal, metal

from mvacourse import (
    closed_form,
    dtypes,
    kernels,
    losses,
    metrics,
    nets,
    noise,
    operators,
    priors,
    regularizers,
    solvers,
    transport,
    uncertainty,
    variational,
)

SIZE = (12, 16)
CPU = torch.device("cpu")


def rand(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


IMAGE, OTHER = rand(2, 1, *SIZE), rand(2, 1, *SIZE, seed=1)
MASK = rand(*SIZE, seed=2) > 0.4
BLUR = kernels.gaussian(5, 1.0)
COILS = kernels.coil_maps(3, SIZE)


def flat(result):
    """The tensors and numbers of a result."""
    if isinstance(result, torch.Tensor):
        return [result.detach()]
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, list | tuple):
        return [part for item in result for part in flat(item)]
    return [torch.tensor(float(result))] if isinstance(result, float | int) else []


def agree(function, atol=2e-4, on_cpu=()):
    """Compare a function of the device on both devices; its images come back on the device.

    A single value may be on the CPU, and so may the tensors whose numbers are in `on_cpu`.
    """
    expected = flat(function(CPU))
    with metal() as device:
        found = flat(function(device))
        for number, x in enumerate(found):
            assert x.device == device or x.ndim == 0 or number in on_cpu, number
        found = [x.cpu() for x in found]
    assert len(found) == len(expected) > 0
    assert any(x.abs().max() > 0 for x in expected)
    for x, y in zip(found, expected):
        assert torch.isfinite(y.abs()).all()
        torch.testing.assert_close(x, y, rtol=1e-3, atol=atol)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda d: IMAGE.double().to(d),
        lambda d: IMAGE.to(d).double(),
        lambda d: IMAGE.to(d).to("cpu", torch.float64),
        lambda d: torch.zeros(3, dtype=torch.float64).copy_(IMAGE[0, 0, 0, :3].to(d)),
        lambda d: torch.tensor(1.0, dtype=torch.float64, device=d),
        lambda d: COILS.to(torch.complex128).to(d),
        lambda d: IMAGE.to(d) + OTHER,
        lambda d: torch.linalg.eigh(IMAGE.to(d)[0, 0, :, :12]),
        lambda d: IMAGE.to(d).numpy(),
        lambda d: IMAGE.to(d)[0, 0].to_sparse_csr(),
    ],
)
@pytest.mark.filterwarnings("ignore:Sparse CSR")
def test_the_emulation_refuses_what_metal_refuses(attempt):
    attempt(CPU)  # it is the device that refuses, not torch
    with metal() as device, pytest.raises((TypeError, RuntimeError, NotImplementedError)):
        attempt(device)


def test_the_emulation_computes_and_ends():
    with metal() as device:
        x = IMAGE.to(device)
        assert isinstance(x + 1, OnMetal) and x.device == MPS
        assert float((2 * x).sum()) == pytest.approx(2 * float(IMAGE.sum()), rel=1e-5)
        assert torch.zeros(3, device=x.device).device == MPS
        assert x.cpu().double().dtype == torch.float64
    assert type(IMAGE + 1) is torch.Tensor
    assert not dtypes.has_float64(MPS) and dtypes.has_float64(CPU)


OPERATORS = {
    "Identity": lambda: operators.Identity(),
    "Mask": lambda: operators.Mask(MASK),
    "Subsample": lambda: operators.Subsample(2),
    "Resize": lambda: operators.Resize(1 / 2),
    "Blur": lambda: operators.Blur(BLUR),
    "Blur float64": lambda: operators.Blur(BLUR.double()),
    "Blur signed": lambda: operators.Blur(rand(3, 3) - 0.5),
    "FourierSampling": lambda: operators.FourierSampling(MASK),
    "MultiCoilMRI": lambda: operators.MultiCoilMRI(MASK, COILS),
    "MultiCoilMRI float64": lambda: operators.MultiCoilMRI(MASK, COILS.to(torch.complex128)),
    "GaussianSensing": lambda: operators.GaussianSensing(40, (1, *SIZE)),
    "BernoulliSensing": lambda: operators.BernoulliSensing(40, (1, *SIZE)),
    "Radon": lambda: operators.Radon(range(0, 180, 20), SIZE),
    "super-resolution": lambda: operators.Compose(operators.Subsample(2), operators.Blur(BLUR)),
}


@pytest.fixture(params=OPERATORS)
def build(request):
    return OPERATORS[request.param]


def test_operators(build):
    def use(device):
        A, u = build().to(device), IMAGE.clone().to(device).requires_grad_()
        y = A(u)
        (g,) = torch.autograd.grad(y.abs().square().sum(), u)
        assert y.device == A.T(y).device == device
        return y, A.T(y), A.gram(u), A.norm((1, *SIZE)), g, A.to_matrix((1, *SIZE))

    agree(use, on_cpu=(5,))  # a matrix is in float64
    with metal() as device:  # the numbers of a new kernel, and not those that were kept
        A = operators.Blur(BLUR).to(device)
        A(IMAGE.to(device))
        A.k = BLUR.mul(2).to(device)
        torch.testing.assert_close(A(IMAGE.to(device)).cpu(), 2 * operators.Blur(BLUR)(IMAGE))


def test_norm_of_a_larger_image_and_of_a_users_operator():
    class Grey(operators.LinearOperator):
        def __init__(self):
            super().__init__()
            self.register_buffer("c", torch.tensor([0.3, 0.4]))

        def _forward(self, u):
            return (self.c[:, None, None] * u).sum(1, keepdim=True)

        def _adjoint(self, y):
            return self.c[:, None, None] * y

        def _norm(self, shape):
            return float(torch.linalg.vector_norm(self.c.double()))

    A = lambda d: operators.Compose(operators.Subsample(2), operators.Blur(BLUR)).to(d)  # noqa: E731
    agree(
        lambda d: (
            A(d).norm((1, 30, 24)),
            Grey().to(d).norm(),
            operators.Compose(Grey()).to(d).norm((2, 4, 4)),
        )
    )


@pytest.mark.parametrize("name", ["Blur", "FourierSampling", "GaussianSensing", "Radon"])
def test_closed_forms_solvers_and_priors(name):
    def use(device):
        A = OPERATORS[name]().to(device)
        v = A(IMAGE.to(device))
        x0 = closed_form.pseudo_inverse(A, v, n_iter=3)
        found = [x0, closed_form.ridge(A, v, 0.1, n_iter=3)]
        found += [variational.tychonov(A, v, 0.1, n_iter=3)]
        found += [variational.smoothed_tv(A, v, 0.05, n_iter=3)]
        found.append(priors.lasso(A, v, 0.01, basis=(priors.dct2, priors.idct2), n_iter=3))
        found += list(priors.plug_and_play(A, v, denoise, sigma=0.05, n_iter=2))
        if name == "Blur":
            found += list(priors.half_quadratic(A, v, denoise, noise=0.05, sigma=0.05, n_iter=2))
        options = {"x0": x0[:1], "n_iter": 3, "burn_in": 1, "n_kept": 1}
        draws = uncertainty.tv_posterior(A, v[:1], 0.1, 1.0, 0.1, **options)
        return [*found, draws.mean, draws.var, draws.kept, *uncertainty.pool(draws)]

    agree(use, atol=2e-3, on_cpu=(7, 10) if name == "Blur" else (7,))  # the levels of noise


def denoise(v, s):
    return closed_form.tychonov(v, 5 * s)


def labels(device):
    return (3 * IMAGE[:, 0]).long().to(device), (3 * OTHER[:, 0]).long().to(device)


def rows(device):
    return rand(30, 4).to(device), rand(20, 4, seed=1).to(device)


def covariances(device):
    x, y = (torch.cov(points.T) for points in rows(CPU))
    return rand(4).to(device), x.to(device), rand(4, seed=1).to(device), y.to(device)


def big(device):
    x = rand(1, 3, 180, 178)
    return x.to(device), (0.9 * x + 0.1 * x.flip(-1)).to(device)


def pair(device):
    return IMAGE.to(device), OTHER.to(device)


def descent(device):
    x0 = IMAGE.to(device)
    grad = lambda u: u - OTHER.to(device)  # noqa: E731
    gram = lambda u: 2 * u  # noqa: E731
    return (
        solvers.gradient_descent(grad, x0, tau=0.5, n_iter=3),
        solvers.optimal_step_descent(grad, x0, n_iter=2),
        solvers.projected_gradient(grad, lambda u: u.clamp(0, 1), x0, tau=0.5, n_iter=3),
        solvers.accelerated_gradient(grad, x0, L=1.0, n_iter=3),
        solvers.conjugate_gradient(gram, x0, n_iter=3),
        solvers.power_iteration(gram, x0, n_iter=3),
    )


def stops(device):
    rule, x = priors.WindowedVariance(3, patience=2), IMAGE[:1].to(device)
    told = [float(rule(k, x * (1 + abs(k - 5)), x)) for k in range(1, 9)]
    held = priors.HeldOut(operators.Identity(), x, patience=2)
    told += [float(held(k, x * k, x)) for k in range(1, 5)]
    return [*told, float(priors.Discrepancy(0.5)(1, x, x)), rule.x, *priors.split_noise(x, 0.1)]


def conformal(device):
    x, x_hat = pair(device)
    q = uncertainty.calibrate(x.repeat(8, 1, 1, 1), x_hat.repeat(8, 1, 1, 1), level=0.8)
    lower, upper = uncertainty.intervals(x_hat, q / 2, 1 + x)
    maps = [
        f(x, lower, upper, width=3) for f in (uncertainty.departure, uncertainty.invented_detail)
    ]
    found = [uncertainty.coverage(lower, upper, x), uncertainty.sharpness(lower, upper)]
    return [q, lower, upper, *maps, *found, uncertainty.roc_auc(x, x_hat > 0.5)]


def posterior(device):
    W = (rand(3, 12 * 16, seed=5) - 0.5).to(device)
    A = operators.GaussianSensing(8, (1, *SIZE)).to(device)
    G = lambda z: (z @ W).view(-1, 1, *SIZE)  # noqa: E731
    y = A(G(torch.ones(1, 3, device=device)))
    options = {"k": 3, "n_particles": 20, "n_levels": 3, "n_moves": 1}
    with pytest.warns(UserWarning, match="too few"):
        found = uncertainty.latent_posterior(A, y, G, 0.5, **options)
    csgm = priors.csgm(A, y, G, k=3, n_iter=4, restarts=2, candidates=6)
    return (
        found.x,
        found.ess,
        csgm.x,
        priors.invert(G(torch.ones(1, 3, device=device)), G, k=3, n_iter=2).x,
    )


FUNCTIONS = {
    "psnr": lambda d: [f(*pair(d)) for f in (metrics.mse, metrics.rmse, metrics.psnr)],
    "luma": lambda d: metrics.luma(big(d)[0]),
    "spectral distance": lambda d: metrics.spectral_distance(*(0.5 * u for u in big(d)[:2])),
    "tile share": lambda d: metrics.tile_share(big(d)[0]),
    "ssim": lambda d: [metrics.ssim(*pair(d)), *metrics.ssim_terms(*pair(d), window=8)],
    "ms_ssim": lambda d: metrics.ms_ssim(*big(d)),
    "lpips": lambda d: metrics.lpips(*big(d), backbone="random"),
    "distilled distance": lambda d: metrics.distilled_distance(*big(d)),
    "segmentation": lambda d: list(metrics.segmentation(*labels(d), classes=3)),
    "class_variance": lambda d: metrics.class_variance(IMAGE.to(d), labels(d)[0], 3),
    "energy distance": lambda d: transport.energy_distance(*rows(d)),
    "energy floor": lambda d: transport.energy_floor(rows(d)[0], 10),
    "frechet": lambda d: transport.frechet_distance(*rows(d)),
    "bures": lambda d: [
        transport.bures_w2(*covariances(d)),
        transport.bures_map(*covariances(d))(rows(d)[0]),
    ],
    "weak gaussian": lambda d: list(
        transport.weak_gaussian(*(x.to(d) for x in 1 + rand(4, 3)), gamma=0.5)
    ),
    "discrete": lambda d: transport.discrete_weak_ot(*rows(d), gamma=0.5, n_iter=3).plan,
    "weak costs": lambda d: [
        transport.weak_cost(rows(d)[0][:2], rand(2, 5, 4).to(d), gamma=0.5, d2=d2)
        for d2 in (transport.d2_quadratic, transport.d2_energy, transport.d2_gaussian)
    ],
    "image costs": lambda d: [
        f(IMAGE.to(d), rand(2, 3, 1, *SIZE).to(d), gamma=0.5)
        for f in (transport.shape_cost, transport.coarse_cost, transport.pixel_cost)
    ],
    "regularizers": lambda d: [
        regularizers.tv(IMAGE.to(d)),
        regularizers.smoothed_tv(IMAGE.to(d), 0.1),
        regularizers.smoothed_tv_grad(IMAGE.to(d), 0.1),
        regularizers.tychonov_grad(IMAGE.to(d)),
    ],
    "losses": lambda d: [
        losses.elbo(*pair(d), *rows(d)[::1][0].chunk(2)),
        losses.flow_nll(rows(d)[0], rows(d)[0][:, 0]),
        losses.discriminator_loss(rows(d)[0][:, 0], rows(d)[1][:, 0]),
        losses.feature_distance([rows(d)[0]], [2 * rows(d)[0]]),
    ],
    "noise": lambda d: [
        noise.gaussian(IMAGE.to(d), 0.1, 0),
        noise.gaussian(IMAGE.to(d) + 0j, 0.1, 0),
        noise.poisson(IMAGE.to(d), 30, 0),
    ],
    "bicubic": lambda d: [
        operators.bicubic(IMAGE.to(d), 0.5),
        operators.bicubic(IMAGE.to(d), 0.5, round_to_8bit=True),
    ],
    "fbp": lambda d: operators.Radon(range(0, 180, 20), SIZE).to(d).fbp(rand(1, 1, 9, 16).to(d)),
    "closed forms": lambda d: [
        closed_form.inverse_filter(IMAGE.to(d), BLUR),
        closed_form.tychonov(IMAGE.to(d), 0.1, BLUR.double()),
        closed_form.heat(IMAGE.to(d), 1.0, 5),
    ],
    "inpaint": lambda d: variational.inpaint(IMAGE.to(d), MASK.to(d), n_iter=5),
    "phase": lambda d: operators.PhaseRetrieval(operators.FourierSampling(MASK)).to(d)(IMAGE.to(d)),
    "descent": descent,
    "stopping rules": stops,
    "conformal": conformal,
    "posterior": posterior,
}


ON_CPU = {"weak gaussian": (0, 1), "discrete": (0,), "posterior": (1,)}
"""What SciPy computes, and the effective sample sizes: documented to be on the CPU."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    agree(FUNCTIONS[name], on_cpu=ON_CPU.get(name, ()))


def seeded(build):
    torch.manual_seed(0)
    return build()


def deep_image(d):
    net = seeded(lambda: nets.SkipNet(2, 1, width=4, n_scales=2))
    z, seed = priors.code(IMAGE, 2), torch.Generator().manual_seed(0)
    options = {"n_iter": 2, "seed": seed, "precision": "float32"}
    y = operators.Mask(MASK)(IMAGE)[:1].to(d)
    return priors.deep_image_prior(operators.Mask(MASK).to(d), y, net, z, **options).x


def deep_generative(d):
    G = seeded(lambda: nets.Generator(3, (1, 12, 16), 4)).to(d)
    D = seeded(lambda: nets.Discriminator((1, 12, 16), 4)).to(d)
    A = operators.Subsample(2).to(d)
    y = A(IMAGE[:1].to(d))
    return [priors.deep_generative_prior(A, y, G, D=D, n_iter=2, candidates=3).x]


def flow(d):
    net = seeded(lambda: nets.Flow((1, 12, 16), width=4, depth=1)).to(d)
    z, logdet = net(IMAGE.to(d))
    (z.sum() + logdet.sum()).backward()
    return z, logdet, net.inverse(z), net.levels[0][0].skew.grad


def unrolled(d):
    net = seeded(lambda: nets.Unrolled(2, width=4, n_scales=1)).to(d)
    A = operators.Radon(range(0, 180, 20), SIZE).to(d)
    return net(A(IMAGE.to(d)), A)


def vae(d):
    net = seeded(lambda: nets.VAE(3, (1, 12, 16), 8)).to(d)
    return net(IMAGE.to(d), rand(2, 3).to(d))


def apply(build, *inputs):
    return lambda d: seeded(build).to(d).eval()(*(x.to(d) for x in inputs))


def generator():
    return torch.Generator().manual_seed(0)


def mixture(d):
    return seeded(lambda: nets.PatchMixture(1, 4, 3)).to(d)


NETS = {
    "patch mixture": lambda d: mixture(d)(IMAGE.to(d), 0.1),
    "patch density": lambda d: mixture(d).log_prob(rand(2, 1, 4, 4).to(d)),
    "patch draws": lambda d: mixture(d).sample(2, generator()),
    "deep image": deep_image,
    "deep generative": deep_generative,
    "flow": flow,
    "unrolled": unrolled,
    "vae": vae,
    "classifier": apply(lambda: nets.Classifier(10, (1, 12, 16), 4), IMAGE),
    "conditional": apply(
        lambda: nets.ConditionalGenerator(3, 4, (1, 12, 16), 4), rand(2, 3), torch.tensor([0, 3])
    ),
    "denoiser": apply(lambda: nets.Denoiser(width=4, n_scales=2, depth=1), IMAGE, rand(2)),
    "gradient step": apply(
        lambda: nets.GradientStepDenoiser(width=4, n_scales=2, depth=1), IMAGE, rand(2)
    ),
    "slope": lambda d: nets.lipschitz(lambda x: x.square(), IMAGE.to(d), n_iter=2),
    "discriminator": apply(lambda: nets.Discriminator((1, 12, 16), 4), IMAGE),
    "patches": apply(lambda: nets.PatchGAN(1, width=4, n_layers=1), IMAGE),
    "pix2pix": apply(lambda: nets.Pix2PixUNet(1, 1, width=4, n_scales=2), IMAGE),
    "super-resolution": apply(
        lambda: nets.SRResNet(2, 1, width=4, n_blocks=1, kernel=3, skip=True), IMAGE
    ),
    "super-resolution with noise": apply(
        lambda: nets.SRResNet(
            2, 1, width=4, n_blocks=1, kernel=3, norm=False, resize=True, noise=True
        ),
        IMAGE,
    ),
    "SR discriminator": apply(lambda: nets.SRDiscriminator(None, 1, 2), rand(2, 1, 16, 17)),
    "self-ensemble": apply(lambda: nets.SelfEnsemble(torch.nn.Identity()), IMAGE),
    "transport": apply(lambda: nets.TransportUNet(1, 2, width=4, n_scales=1), IMAGE, rand(2, 2)),
    "coloured transport": apply(
        lambda: nets.ColouredTransport(3, 2, width=4, n_scales=1), rand(2, 3, 8, 8), rand(2, 2)
    ),
    "chroma transport": apply(
        lambda: nets.ChromaTransport(2, width=4, n_scales=1), rand(2, 3, 8, 7), rand(2, 2)
    ),
    "texture transport": apply(
        lambda: nets.TextureTransport(pool=4, width=4, n_scales=1), IMAGE, rand(2, 12 * 16)
    ),
    "MLP": apply(lambda: nets.TransportMLP(2, 1), rand(3, 2), rand(3, 1)),
    "vgg": apply(lambda: nets.VGGFeatures(), rand(1, 3, 8, 8)),
}


@pytest.mark.parametrize("name", NETS)
def test_networks(name):
    agree(NETS[name])


def test_an_operator_comes_back_from_the_device(build):
    A = build()
    with metal() as device:
        moved = copy.deepcopy(A).to(device)
        moved(IMAGE.to(device))
        back = moved.to("cpu")
    torch.testing.assert_close(back(IMAGE), A(IMAGE), rtol=1e-5, atol=1e-5)
