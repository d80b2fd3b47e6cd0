"""Answers to the exercises of notebook 04."""

from classroom.bank import OTHERWISE, Answers

NOT_SMOOTHED = """
p = grad(u)
return grad_T(p / (p.norm(dim=2, keepdim=True) + eps))
"""
BOTH_ROOTS = """
d1 = torch.roll(u, -1, -2) - u
d2 = torch.roll(u, -1, -1) - u
n = (eps**2 + d1**2 + d2**2).sqrt()
return (torch.roll(d1 / n, 1, -2) - d1 / n) + (torch.roll(d2 / n, 1, -1) - d2 / n)
"""

TOTAL_VARIATION = Answers(
    exercise="total_variation",
    head="def my_tv(u):",
    right=[
        "torch.hypot(u.roll(-1, -2) - u, u.roll(-1, -1) - u).sum()",
        """
        return float(
            sum(
                torch.sqrt((grad(image) ** 2).sum(1)).sum()
                for image in u.flatten(0, 1)[:, None, None].squeeze(1)
            )
        )
        """,
        "grad(u).square().sum(dim=-3).sqrt().sum()",
        "grad(u).norm(dim=2).sum()",
        "torch.linalg.vector_norm(grad(u), dim=-3).sum().item()",
        """
        p = grad(u)
        return torch.hypot(p[:, :, 0], p[:, :, 1]).sum()
        """,
        """
        d1 = torch.roll(u, -1, -2) - u
        d2 = torch.roll(u, -1, -1) - u
        return (d1**2 + d2**2 + 1e-16).sqrt().sum()
        """,
        "torch.hypot(*grad(u).unbind(-3)).sum()",
        "torch.linalg.vector_norm(grad(u), dim=2).sum()",
        """
        total = 0.0
        B, C, H, W = u.shape
        for b in range(B):
            for c in range(C):
                for x in range(H):
                    for y in range(W):
                        a = u[b, c, (x + 1) % H, y] - u[b, c, x, y]
                        d = u[b, c, x, (y + 1) % W] - u[b, c, x, y]
                        total = total + (a * a + d * d + 1e-300).sqrt()
        return total
        """,
        """
        dx, dy = torch.roll(u, -1, 2) - u, torch.roll(u, -1, 3) - u
        return torch.complex(dx, dy).abs().sum()
        """,
    ],
    wrong={
        "(grad(u) ** 2).sum(-3) ** 1 / 2": "binds before",
        "grad(u[0]).square().sum(dim=-3).sqrt().sum()": "first image alone",
        "grad(u).square().sum(dim=-3).sqrt().sum() / len(u)": "averaged over the images",
        "grad(u).square().sum(dim=(1, 2)).sqrt().sum()": "one root for all channels",
        "grad(u).abs().sum()": "moduli of the two derivatives",
        "grad(u).square().sum()": "square root",
        "grad(u).norm(dim=2).mean()": "averaged",
        "grad(u).square().sum().sqrt()": "one root",
        "grad(u).norm()": "one root",
        "grad(u).square().sum(dim=2).sqrt()": "its sum is the right value",
        "-grad(u).norm(dim=2).sum()": "sign",
        "grad(u).norm(dim=2).sum() / 2": OTHERWISE,
        "grad(u).norm(dim=1).sum()": "wrong dimension",
        "grad(u).norm(dim=2).sum(dim=(1, 2, 3))": "its sum is the right value",
        "print(grad(u).norm(dim=2).sum())": "None",
        "grad(u).square().sum(dim=-3).sqrt().sum": "expected a number",
        "grad(u.squeeze()).norm(dim=0).sum()": OTHERWISE,
        """
        return grad(u).square().sum(dim=-1).sqrt().sum()
        """: "you added the squares along the columns",
        """
        return grad(u).sum(dim=-3).abs().sum()
        """: "you took the modulus of the sum of both derivatives",
        "grad(u)[:, :, 0].abs().sum()": "you took the vertical derivative alone",
        "(grad(u).square().sum(dim=-3) + 1e-3).sqrt().sum()": OTHERWISE,
        "grad(u).norm(p=1, dim=-3).sum() / 2": "you added the moduli",
        "grad(u).amax(dim=-3).sum()": "you took the larger of the two derivatives",
        "laplacian(u).abs().sum()": "you took the Laplacian",
    },
)

GRADIENT = Answers(
    exercise="smoothed_tv_gradient",
    head="def my_tv_gradient(u, eps):",
    right=[
        """
        a, b = u.roll(-1, -2) - u, u.roll(-1, -1) - u
        r = torch.sqrt(eps**2 + a**2 + b**2)
        a, b = a / r, b / r
        return a.roll(1, -2) - a + b.roll(1, -1) - b
        """,
        """
        p = grad(u)
        n = torch.hypot(
            torch.linalg.vector_norm(p, dim=-3), torch.tensor(eps, dtype=u.dtype)
        )
        return grad_T(p / n.unsqueeze(-3))
        """,
        "regularizers.smoothed_tv_grad(u, eps)",
        "torch.func.grad(lambda u: (eps**2 + grad(u).square().sum(-3)).sqrt().sum())(u)",
        BOTH_ROOTS,
        """
        p = grad(u)
        p1, p2 = p[:, :, 0], p[:, :, 1]
        n = torch.sqrt(eps**2 + p1**2 + p2**2)
        return grad_T(torch.stack([p1 / n, p2 / n], dim=2))
        """,
        """
        p = grad(u)
        return -div(p * (eps * eps + torch.einsum("bckij,bckij->bcij", p, p)[:, :, None]) ** -0.5)
        """,
        """
        w = u.clone().requires_grad_()
        (eps**2 + grad(w).square().sum(dim=2)).sqrt().sum().backward()
        return w.grad
        """,
        """
        z = u.clone().requires_grad_()
        (eps**2 + grad(z).square().sum(-3)).sqrt().sum().backward()
        return z.grad
        """,
        """
        p = grad(u)
        q = p / torch.sqrt(torch.einsum('bcdhw,bcdhw->bchw', p, p) + eps * eps).unsqueeze(2)
        return q[:, :, 0].roll(1, -2) - q[:, :, 0] + q[:, :, 1].roll(1, -1) - q[:, :, 1]
        """,
        """
        a, b = u.roll(-1, -2) - u, u.roll(-1, -1) - u
        n = (a * a + b * b + eps**2) ** -0.5
        a, b = a * n, b * n
        return a.roll(1, -2) - a + b.roll(1, -1) - b
        """,
    ],
    wrong={
        """
        return grad_T(grad(u) * (eps**2 + grad(u).square().sum(-3, keepdim=True)).sqrt())
        """: "instead of dividing",
        "grad_T(grad(u) / (eps**2 + grad(u).square().sum()).sqrt())": "whole image",
        "(eps**2 + grad(u).square().sum(-3)).sqrt().sum()": "TV_ε itself",
        "grad(u) / (eps**2 + grad(u).square().sum(-3, keepdim=True)).sqrt()": "adjoint",
        "div(grad(u) / (eps**2 + grad(u).square().sum(-3, keepdim=True)).sqrt())": "sign",
        "grad_T(grad(u) / (eps + grad(u).square().sum(-3, keepdim=True)).sqrt())": "square eps",
        "grad_T(grad(u) / (eps**2 + grad(u).square()).sqrt())": "each derivative by itself",
        "grad_T(grad(u) / (eps**2 + grad(u).square().sum(-3, keepdim=True)))": "square root",
        NOT_SMOOTHED: "outside of the root",
        "2 * grad_T(grad(u) / (eps**2 + grad(u).square().sum(-3, keepdim=True)).sqrt())": "twice",
        "grad_T(grad(u) / (eps**2 + grad(u).square().sum(-3)).sqrt())": "raised",
        "2 * grad_T(grad(u))": "Tychonov",
        "grad_T(grad(u) / (eps**2 + grad(u).norm(dim=2, keepdim=True)).sqrt())": OTHERWISE,
        "grad_T(grad(u)) / (eps**2 + grad(u).square().sum(-3)).sqrt()": "divided after",
        """
        u -= u.mean()
        return regularizers.smoothed_tv_grad(u, eps)
        """: "changed its argument u",
        """
        return grad_T(grad(u) / (eps**2 + grad(u).square().sum((1, 2), keepdim=True)).sqrt())
        """: "one length for all channels",
        """
        p = grad(u)
        return (p / (eps**2 + p.square().sum(dim=-3, keepdim=True)).sqrt()).sum(dim=-3)
        """: "you added the two components",
        """
        p = grad(u)
        return grad_T(p / (eps**2 + p.square().sum(dim=(-4, -3), keepdim=True)).sqrt())
        """: "you took one length for all channels of a pixel",
        """
        p = grad(u)
        return grad_T(p / p.square().sum(dim=-3, keepdim=True).sqrt())
        """: "you forgot eps",
        """
        p = grad(u)
        return grad_T(p / (eps**2 + p.sum(dim=-3, keepdim=True).square()).sqrt())
        """: "you squared the sum of the two derivatives",
        """
        p = grad(u)
        return grad_T((eps**2 + p.square().sum(dim=-3, keepdim=True)).sqrt().expand_as(p))
        """: "you applied ∇ᵀ to the lengths",
        """
        p = grad(u)
        return grad_T(p / (eps**2 + p.square().mean(dim=-3, keepdim=True)).sqrt())
        """: "you averaged the two squares",
        """
        return (eps**2 + grad(u).square().sum(dim=-3)).sqrt()
        """: "you returned the length at each pixel",
        """
        p = grad(u)
        return grad_T(p.sign())
        """: "you took the signs of the derivatives",
    },
)

STEP = Answers(
    exercise="smoothed_tv_step",
    head="def my_step(lam, eps):",
    right=[
        "2 / (1 + 8 * lam / eps)",
        "2 * eps / (eps + 8 * lam)",
        "torch.tensor(2.0) / (1.0 + 8.0 * lam / eps)",
        "np.float64(2) / (1 + 8 * lam / eps)",
        """
        L = 1
        L += lam * 8 / eps
        return 2 * L**-1
        """,
        "(0.5 + 4 * lam / eps) ** -1",
        "1 / (0.5 * (1 + lam * 8 * (1 / eps)))",
        """
        return float(torch.tensor(2.0, dtype=torch.float64) / (1 + lam * math.sqrt(8) ** 2 / eps))
        """,
    ],
    wrong={
        "2 / ((1 + 8) * lam / eps)": "too",
        "2 / (1 + 8 * eps / lam)": "exchanged",
        "2 / (1 + math.sqrt(8) * lam / eps)": "√8",
        "2 / (8 * lam / eps)": "data term",
        "2 / (1 + 8 / eps)": "lam",
        "2 / (1 + 8 * lam * eps)": "multiplied by eps",
        "1 + 8 * lam / eps": "L instead of the step",
        "1 / (1 + 8 * lam / eps)": "1/L",
        "2 / (1 + 16 * lam)": "16",
        "2 / (1 + lam / eps)": "an eighth",
        "2 / (1 + 8 * lam / eps**2)": "squared eps",
        "2 / 1 + 8 * lam / eps": "parentheses",
        "print(2 / (1 + 8 * lam / eps))": "None",
        "1.9 / (1 + 8 * lam / eps)": r"you took 0\.95 of the step",
        "2 / (1 + 4 * lam / eps)": "the factor of lam/eps in L is half of the right one",
        "2 / (1 + 16 * lam / eps)": "the factor of lam/eps in L is twice the right one",
        "2 / (1 + 8 * lam)": "you forgot eps",
        "2 / (2 + 8 * lam / eps)": "the factor of the 1 in L is twice the right one",
        "2 / (lam + 8 / eps)": "you multiplied the data term by lam",
        "2 / (1 + 8 * lam / eps) ** 2": "you squared L",
        "2 / ((1 + 8 * lam) / eps)": "you divided the 1 by eps",
        "2 + 2 * eps / (8 * lam)": "you added the steps of both terms",
    },
)

LOOP = """
g = regularizers.smoothed_tv_grad
path = [v]
x = v
L = 1 + 8 * lam / eps
tau = 1.9 / L
for _ in range(n_iter):
    x = x - tau * (x - v + lam * g(x, eps))
    path.append(x)
return torch.stack(path)
"""


def loop(*changes):
    """The loop with some of its text replaced."""
    body = LOOP
    for old, new in changes:
        assert body.count(old) == 1, old
        body = body.replace(old, new)
    return body


STEPS = "x = x - tau * (x - v + lam * g(x, eps))"

DESCENT = Answers(
    exercise="tv_descent",
    before="""
        def my_step(lam, eps):
            return 2 / (1 + 8 * lam / eps)
        def my_tv_gradient(u, eps):
            p = grad(u)
            return grad_T(p / (eps**2 + p.square().sum(dim=-3, keepdim=True)).sqrt())
    """,
    head="def my_descent(v, lam, eps, n_iter):",
    right=[
        """
        F = lambda x: (
            0.5 * (x - v).square().sum() + lam * regularizers.smoothed_tv(x, eps)
        )
        xs = [v]
        for _ in range(n_iter):
            xs.append(xs[-1] - 1.9 * eps / (eps + 8 * lam) * torch.func.grad(F)(xs[-1]))
        return torch.stack(xs)
        """,
        """
        tau = 0.95 * 2 / (1 + 8 * lam / eps)
        x = v
        path = [x]
        for n in range(n_iter):
            g = grad(x)
            r = (eps**2 + (g**2).sum(-3, keepdim=True)).sqrt()
            x = x - tau * ((x - v) + lam * grad_T(g / r))
            path.append(x)
        return torch.stack(path)
        """,
        LOOP,
        loop((STEPS, "x = (1 - tau) * x + tau * v - tau * lam * g(x, eps)")),
        """
        path = [v]
        slope = lambda x: x - v + lam * regularizers.smoothed_tv_grad(x, eps)
        step = 0.95 * 2 / (1 + 8 * lam / eps)
        watch = lambda k, x: path.append(x)
        solvers.gradient_descent(slope, v, tau=step, n_iter=n_iter, callback=watch)
        return torch.stack(path)
        """,
        """
        path = torch.empty(n_iter + 1, *v.shape, dtype=v.dtype)
        path[0] = v
        tau = 0.95 * 2 / (1 + 8 * lam / eps)
        for n in range(n_iter):
            p = grad(path[n])
            p = p / (eps**2 + p.square().sum(2, keepdim=True)).sqrt()
            path[n + 1] = path[n] - tau * (path[n] - v - lam * div(p))
        return path
        """,
        """
        def F(x):
            tv = (eps**2 + grad(x).square().sum(dim=2)).sqrt().sum()
            return 0.5 * (x - v).square().sum() + lam * tv

        path = [v]
        while len(path) <= n_iter:
            path.append(path[-1] - 1.9 / (1 + 8 * lam / eps) * torch.func.grad(F)(path[-1]))
        return torch.stack(path)
        """,
        loop((STEPS, "x = x.clone()\n    x -= tau * (x - v + lam * g(x, eps))")),
    ],
    wrong={
        """
        tau = 1.9 / (1 + 8 / eps)
        x = v
        path = [x]
        for n in range(n_iter):
            x = x - tau * (x - v + lam * regularizers.smoothed_tv_grad(x, eps))
            path.append(x)
        return torch.stack(path)
        """: "lacks lam",
        """
        tau = 0.95 * 2 / (1 + 8 * lam / eps)
        x = v
        path = [x]
        for n in range(n_iter):
            x = x - tau * (x + lam * regularizers.smoothed_tv_grad(x, eps))
            path.append(x)
        return torch.stack(path)
        """: "subtract v",
        """
        tau = 0.95 * 2 / (1 + 8 * lam / eps)
        x = v
        path = [x]
        for n in range(n_iter):
            x = x - tau * (0.5 * (x - v) + lam * regularizers.smoothed_tv_grad(x, eps))
            path.append(x)
        return torch.stack(path)
        """: "halved the data term",
        """
        tau = 0.95 * 2 / (1 + 8 * lam / eps)
        x = v
        path = [x]
        for n in range(n_iter):
            x = x - tau * (x - v + lam * regularizers.smoothed_tv_grad(v, eps))
            path.append(x)
        return torch.stack(path)
        """: "at v in every step",
        """
        tau = 0.95 * 2 / (1 + 8 * lam / eps)
        x = v
        path = [x]
        for n in range(n_iter):
            x = v - tau * (x - v + lam * regularizers.smoothed_tv_grad(x, eps))
            path.append(x)
        return torch.stack(path)
        """: "begins at v again",
        loop(("(x - v + lam * g(x, eps))", "lam * g(x, eps)")): "data term",
        loop(("lam * g", "g")): "forgot lam",
        loop(("x - tau", "x + tau")): "you climb",
        loop(("x - v + lam", "v - x + lam")): "sign of the data term",
        loop(("v + lam", "v - lam")): "sign of ∇TV_ε",
        loop(("x - v + lam * g(x, eps)", "lam * (x - v + g(x, eps))")): "lam multiplies the data",
        loop(("x - v +", "2 * (x - v) +")): "doubled the data term",
        loop(("1.9 / L", "1 / L")): "1/L",
        loop(("1.9 / L", "2 / L")): "2/L itself",
        loop(("1.9 / L", "0.95 / L")): "0.95/L",
        loop(("L = 1 + 8", "L = 8")): "lacks the 1",
        loop(("x = x - tau * (x", "x = x - tau * (v"), ("g(x", "g(v")): "gradient at v",
        loop((STEPS, "x -= tau * (x - v + lam * g(x, eps))")): "changed its argument v",
        loop(("x = v\n", "x = v.clone()\n"), (STEPS, "x -= tau * (x - v + lam * g(x, eps))")): (
            "all your iterates"
        ),
        loop(("path = [v]\n", "path = []\n")): "first one is missing",
        loop(("torch.stack(path)", "x")): "last",
        loop(("torch.stack(path)", "path")): "list|tuple",
        loop(("torch.stack(path)", "torch.cat(path)")): "torch.stack",
        loop(("range(n_iter)", "range(n_iter + 1)")): "too many",
        loop(("range(n_iter)", "range(1, n_iter)")): "last",
        loop(("x = v\n", "x = torch.zeros_like(v)\n"), ("[v]", "[0 * v]")): "start from zero",
        loop(("8 * lam / eps", "8 / eps")): "lam",
        loop(("8 * lam / eps", "16 * lam")): r"your step is 3\.246 times the right one",
        loop(("8 * lam / eps", "8 * lam * eps")): r"your step is 6\.955 times the right one",
        loop(("g(x, eps)", "regularizers.tychonov_grad(x)")): "you took the gradient of Tychonov",
        loop(("    path.append(x)\nreturn", "path.append(x)\nreturn")): "shape",
        loop(("g(x, eps)", "g(x - v, eps)")): "you took ∇TV_ε of x − v",
        loop(("x = v\n", "x = v.mean()\n")): "raised|shape",
        loop(("    x = x -", "    path.append(x)\n    x = x -"), ("    path.append(x)\nr", "r")): (
            "shape|first"
        ),
        """
        tau = 0.95 * my_step(lam, eps)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * (x - v) + lam * my_tv_gradient(x, eps)
            path.append(x)
        return torch.stack(path)
        """: r"the factor of ∇TV_ε\(x\) is",
        """
        tau = 0.95 * my_step(lam, eps)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * (lam * (x - v) + my_tv_gradient(x, eps))
            path.append(x)
        return torch.stack(path)
        """: "lam multiplies the data term instead of ∇TV_ε",
        """
        tau = 0.95 * my_step(lam, eps)
        x, path = v, [v]
        for _ in range(n_iter):
            g = x - v + lam * my_tv_gradient(x, eps)
            x = x - tau * g / g.norm()
            path.append(x)
        return torch.stack(path)
        """: "you normalised the gradient",
        """
        tau = 0.95 * my_step(lam, eps)
        x, path = v, [v]
        for _ in range(n_iter):
            x = (x - tau * (x - v + lam * my_tv_gradient(x, eps))).clamp(0, 1)
            path.append(x)
        return torch.stack(path)
        """: "you clamped the iterates",
        """
        tau = 0.95 * my_step(lam, eps)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * (x - v)
            x = x - tau * lam * my_tv_gradient(x, eps)
            path.append(x)
        return torch.stack(path)
        """: "you took the two steps one after the other",
        """
        tau = 0.95 * my_step(lam, eps)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * (x - v + lam * regularizers.tychonov_grad(x))
            path.append(x)
        return torch.stack(path)
        """: "you took the gradient of Tychonov",
        """
        tau = 0.95 * my_step(lam, eps)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * (x - v + lam * my_tv_gradient(x, eps**2))
            path.append(x)
        return torch.stack(path)
        """: "you squared eps",
        """
        tau = 0.95 * my_step(lam, eps)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * (x - v + lam / 2 * my_tv_gradient(x, eps))
            path.append(x)
        return torch.stack(path)
        """: r"the factor of ∇TV_ε\(x\) is half of the right one",
    },
)

BISECTION = """
low, high = -2, 0
for _ in range(10):
    middle = (low + high) / 2
    removed = (denoise(v, 10**middle) - v).square().mean().sqrt()
    if removed < sigma:
        low = middle
    else:
        high = middle
return 10**middle
"""


def bisection(*changes):
    """The bisection with some of its text replaced."""
    body = BISECTION
    for old, new in changes:
        assert body.count(old) == 1, old
        body = body.replace(old, new)
    return body


DISCREPANCY = Answers(
    exercise="discrepancy",
    head="def my_discrepancy(denoise, v, sigma):",
    right=[
        """
        lo, hi = -2.0, 0.0
        for _ in range(10):
            a = (lo + hi) / 2
            lam = math.exp(a * math.log(10))
            if (v - denoise(v, lam)).pow(2).mean().sqrt().item() <= sigma:
                lo = a
            else:
                hi = a
        return lam
        """,
        """
        from scipy.optimize import brentq

        return 10 ** brentq(
            lambda a: float((denoise(v, 10**a) - v).square().mean() - sigma**2),
            -2,
            0,
            xtol=1e-3,
        )
        """,
        BISECTION,
        bisection(("10**middle\n", "10 ** ((low + high) / 2)\n")),
        bisection(
            (".square().mean().sqrt()", ".pow(2).sum().item()"), ("sigma", "sigma**2 * v.numel()")
        ),
        """
        from scipy.optimize import brentq

        gap = lambda a: (denoise(v, 10**a) - v).square().mean().item() - sigma**2
        return 10 ** brentq(gap, -2, 0)
        """,
        """
        def search(low, high, left):
            a = (low + high) / 2
            if left == 1:
                return 10**a
            rms = metrics.rmse(denoise(v, 10**a), v).mean()
            return search(a, high, left - 1) if rms < sigma else search(low, a, left - 1)

        return search(-2.0, 0.0, 10)
        """,
        """
        lams = torch.logspace(-2, 0, 1000).tolist()
        sizes = [(denoise(v, lam) - v).square().mean().sqrt().item() for lam in lams]
        return lams[int(np.searchsorted(sizes, sigma))]
        """,
        bisection(
            ("(low + high) / 2", "low + (high - low) * 0.5"),
            ("10**middle\n", "torch.tensor(10**middle)\n"),
        ),
        """
        def bisect(a, b, n):
            m = 0.5 * (a + b)
            if n == 1:
                return 10**m
            r = v - denoise(v, 10**m)
            enough = (r * r).sum() >= sigma**2 * v.numel()
            return bisect(a, m, n - 1) if enough else bisect(m, b, n - 1)
        return bisect(-2, 0, 10)
        """,
        """
        m, half = -1.0, 0.5
        for _ in range(9):
            err = torch.linalg.vector_norm(denoise(v, 10**m) - v) / v.numel() ** 0.5
            m += half if err < sigma else -half
            half /= 2
        return 10**m
        """,
        """
        grid = torch.linspace(-2, 0, 1025, dtype=torch.float64)
        i, j = 0, 1024
        for _ in range(10):
            k = (i + j) // 2
            lam = float(10 ** grid[k])
            if F.mse_loss(denoise(v, lam), v) < sigma**2:
                i = k
            else:
                j = k
        return lam
        """,
    ],
    wrong={
        """
        best = None
        for lam in torch.logspace(-2, 0, 10).tolist():
            gap = abs((denoise(v, lam) - v).square().mean().sqrt() - sigma)
            if best is None or gap < best[0]:
                best = gap, lam
        return best[1]
        """: OTHERWISE,
        """
        lo, hi = -2.0, 0.0
        for _ in range(10):
            a = (lo + hi) / 2
            lam = 10**a
            if (denoise(v, lam) - v).mean() < sigma:
                lo = a
            else:
                hi = a
        return lam
        """: "ends near 1",
        """
        lo, hi = -2.0, 0.0
        for _ in range(10):
            a = lo + hi / 2
            lam = 10**a
            if (denoise(v, lam) - v).square().mean() < sigma**2:
                lo = a
            else:
                hi = a
        return lam
        """: "ends near 0.01",
        """
        lo, hi = -2.0, 0.0
        while hi - lo > 0:
            a = (lo + hi) / 2
            if (denoise(v, 10**a) - v).square().mean() < sigma**2:
                lo = a
            else:
                hi = a
        return 10**a
        """: "called 5000 times",
        bisection(
            ("low = middle", "high = middle"), ("    high = middle\nr", "    low = middle\nr")
        ): "wrong half",
        bisection(("< sigma", "> sigma")): "wrong half",
        bisection((".square().mean().sqrt()", ".square().mean()")): "mean square with sigma",
        bisection((".square().mean().sqrt()", ".norm()")): "is there a sum in it",
        bisection((".square().mean().sqrt()", ".square().sum().sqrt()")): "is there a sum in it",
        bisection(("(denoise(v, 10**middle) - v)", "denoise(v, 10**middle)")): "restored image",
        bisection(("10**middle\n", "middle\n")): "exponent",
        bisection((".square().mean().sqrt()", ".abs().mean()")): "moduli",
        bisection(("denoise(v, 10**middle)", "denoise(v, middle)")): "raised",
        bisection(("return 10**middle", "return low, high")): "tuple|values",
        bisection(("return 10**middle", "print(10**middle)")): "None",
        bisection(("return 10**middle", "return denoise(v, 10**middle)")): "shape",
        bisection(
            ("    middle = (low", "    middle = 0.5 * (high - low)  # (low")
        ): "your middle is that of the interval's length",
        bisection(("range(10):\n", "range(10):\n    v = denoise(v, 0.1)\n")): "ends near 1",
        bisection(("    middle = (low + high) / 2", "    middle = (low + high) // 2")): OTHERWISE,
        bisection((".square().mean().sqrt()", ".std()")): "standard deviation",
        bisection(("low, high = -2, 0", "low, high = 0, 1")): "interval",
        bisection(("- v).square", "- sigma).square")): OTHERWISE,
        bisection(("return 10**middle", "    return 10**middle")): "inside of the loop",
        bisection(("sigma:", "sigma**2:")): "sigma²",
        """
        low, high = -2.0, 0.0
        for _ in range(10):
            middle = (low + high) / 2
            removed = (denoise(v, middle) - v).square().mean().sqrt()
            low, high = (middle, high) if removed < sigma else (low, middle)
        return 10**middle
        """: "your λ ends near",
        """
        low, high = -2.0, 0.0
        for _ in range(10):
            middle = (low + high) / 2
            removed = (denoise(v, 10**low) - v).square().mean().sqrt()
            low, high = (middle, high) if removed < sigma else (low, middle)
        return 10**middle
        """: "the upper end never moves",
        """
        low, high = -2.0, 0.0
        for _ in range(5):
            middle = (low + high) / 2
            removed = (denoise(v, 10**middle) - v).square().mean().sqrt()
            low, high = (middle, high) if removed < sigma else (low, middle)
        return 10**middle
        """: "you halved five times",
        """
        low, high = 0.01, 1.0
        for _ in range(10):
            middle = (low + high) / 2
            removed = (denoise(v, middle) - v).square().mean().sqrt()
            low, high = (middle, high) if removed < sigma else (low, middle)
        return middle
        """: OTHERWISE,
        """
        low, high = -2.0, 0.0
        for _ in range(10):
            middle = (low + high) / 2
            removed = (denoise(v, math.exp(middle)) - v).square().mean().sqrt()
            low, high = (middle, high) if removed < sigma else (low, middle)
        return math.exp(middle)
        """: "your powers are those of e",
        """
        low, high = -2.0, 0.0
        for _ in range(10):
            middle = (low + high) / 2
            removed = (denoise(v, 10**middle) - v).abs().max()
            low, high = (middle, high) if removed < sigma else (low, middle)
        return 10**middle
        """: "you compare the largest change",
        """
        low, high = -2.0, 0.0
        for _ in range(10):
            middle = (low + high) / 2
            removed = (denoise(v, 2**middle) - v).square().mean().sqrt()
            low, high = (middle, high) if removed < sigma else (low, middle)
        return 2**middle
        """: "your powers are those of 2",
        """
        low, high = -2.0, 0.0
        for _ in range(10):
            middle = (low + high) / 2
            removed = (denoise(v, 10**middle) - v).square().mean().sqrt()
            v = denoise(v, 10**middle)
            low, high = (middle, high) if removed < sigma else (low, middle)
        return 10**middle
        """: "you denoised what was already denoised",
    },
)

PROJECTION = Answers(
    exercise="inpainting_projection",
    head="def my_projection(u, v, mask):",
    right=[
        "v.masked_fill(~mask, 0) + u.masked_fill(mask, 0)",
        "u.masked_scatter(mask.expand_as(u), v[mask.expand_as(v)])",
        "torch.where(mask, v, u)",
        "u * ~mask + v * mask",
        "u + mask * (v - u)",
        """
        x = u.clone()
        x[..., mask] = v[..., mask]
        return x
        """,
        "v + (1 - mask.double()) * (u - v)",
        "u.masked_scatter(mask.expand_as(u), v[mask.expand_as(u)])",
        "torch.lerp(u, v, mask.to(u))",
        "u * (~mask) + v * mask",
        "torch.from_numpy(np.where(mask.numpy(), v.numpy(), u.numpy()))",
        "u + mask.double() * (v - u)",
        "u.masked_scatter(mask.expand_as(u), v.masked_select(mask))",
    ],
    wrong={
        "torch.maximum(u, v)": OTHERWISE,
        "torch.where(v != 0, v, u)": "may be black",
        "torch.where(mask, u, v)": "other way round",
        "torch.where(mask, v, 0.0)": "unknown pixels to zero",
        "v": "argument v|unknown pixels to zero",
        "u": "argument u",
        "u + v": "added the data",
        "torch.where(mask, (u + v) / 2, u)": "half-way",
        "u * (1 - mask) + v * mask": "raised",
        "u * (~mask) - v * mask": OTHERWISE,
        """
        u[..., mask] = v[..., mask]
        return u
        """: "changed its argument u",
        "u[..., mask]": "shape",
        "torch.where(mask, v, v[..., mask].mean())": OTHERWISE,
        "print(torch.where(mask, v, u))": "None",
        "(u - v) * mask": OTHERWISE,
        "u * mask": "other way round",
        "torch.where(mask, v, u)[0]": "keepdim|shape",
        "torch.where(mask, v, u).clamp(0, 1)": r"clamped to \[0, 1\]",
        "u * (~mask)": "you set the known pixels to zero",
        "torch.where(v != 0, u, v)": OTHERWISE,
        """
        return torch.where(mask, v, u.mean())
        """: "you filled in the mean of u where nothing is known",
        "torch.where(mask[0], v, u)": "you used the first row of the mask alone",
        "u - mask * (u - v) ** 2": r"you subtracted \(u − v\)² at the known pixels",
        "torch.where(mask, u - v, u)": "you subtracted v at the known pixels",
        """
        return torch.where(mask, v, torch.where(u > 0, u, torch.zeros_like(u)))
        """: "you set negative values to zero",
        """
        return torch.where(mask, torch.maximum(u, v), u)
        """: "you took the larger of u and v at the known pixels",
        "(u * ~mask + v * mask)[:, :1]": "these are the right values at the first place of",
        "v * mask": "you set the unknown pixels to zero",
    },
)

FILL = """
x = torch.where(mask, v, v[..., mask].mean())
path = [x]
for _ in range(n_iter):
    x = x - tau * gradient(x)
    x = torch.where(mask, v, x)
    path.append(x)
return torch.stack(path)
"""


def fill(*changes):
    """The projected descent with some of its text replaced."""
    body = FILL
    for old, new in changes:
        assert body.count(old) == 1, old
        body = body.replace(old, new)
    return body


INPAINTING = Answers(
    exercise="projected_descent",
    before="""
        def my_projection(u, v, mask):
            return torch.where(mask, v, u)
    """,
    head="def my_inpainting(v, mask, gradient, tau, n_iter):",
    right=[
        """
        x0 = torch.where(mask, v, v[..., mask].mean())
        xs = [x0]
        solvers.projected_gradient(
            gradient,
            lambda x: torch.where(mask, v, x),
            x0,
            tau=tau,
            n_iter=n_iter,
            callback=lambda k, x: xs.append(x),
        )
        return torch.stack(xs)
        """,
        """
        path = v.new_zeros((n_iter + 1, *v.shape))
        path[0] = v.masked_fill(~mask, v[..., mask].mean().item())
        for n in range(n_iter):
            y = path[n] - tau * gradient(path[n])
            y[..., mask] = v[..., mask]
            path[n + 1] = y
        return path
        """,
        FILL,
        fill(
            (
                "    x = x - tau * gradient(x)\n    x = torch.where(mask, v, x)",
                "    x = x - tau * gradient(x) * ~mask",
            )
        ),
        """
        x0 = v.clone()
        x0[..., ~mask] = v[..., mask].mean()
        path = [x0]
        solvers.projected_gradient(
            gradient,
            lambda x: torch.where(mask, v, x),
            x0,
            tau=tau,
            n_iter=n_iter,
            callback=lambda k, x: path.append(x),
        )
        return torch.stack(path)
        """,
        """
        known = mask.to(v)
        path = [known * v + (1 - known) * (v * known).sum() / (known.sum() * v.shape[1])]
        for n in range(n_iter):
            path.append(known * v + (1 - known) * (path[n] - tau * gradient(path[n])))
        return torch.stack(path)
        """,
        """
        x = torch.where(mask, v, v.sum() / (mask.sum() * v.shape[0] * v.shape[1]))
        path = x[None]
        for _ in range(n_iter):
            x = torch.where(mask, v, x - tau * gradient(x))
            path = torch.cat([path, x[None]])
        return path
        """,
        fill(
            ("    x = x - tau * gradient(x)\n", "    x = x.clone()\n    x -= tau * gradient(x)\n")
        ),
        """
        known = mask.expand_as(v)
        x = torch.where(known, v, v[known].mean())
        out = [x]
        for _ in range(n_iter):
            x = x - tau * gradient(x) * (~mask)
            out.append(x)
        return torch.stack(out)
        """,
        """
        P = v.new_empty((n_iter + 1, *v.shape))
        m = mask.to(v.dtype)
        P[0] = v * m + (1 - m) * (v * m).sum() / (m.sum() * v.shape[1])
        for n in range(n_iter):
            P[n + 1] = m * v + (1 - m) * (P[n] - tau * gradient(P[n]))
        return P
        """,
        """
        def iterate(x):
            while True:
                yield x
                x = (x - tau * gradient(x)).masked_scatter(mask.expand_as(v), v[..., mask])
        start = torch.full_like(v, v[..., mask].mean().item())
        start[..., mask] = v[..., mask]
        g = iterate(start)
        return torch.stack([next(g) for _ in range(n_iter + 1)])
        """,
    ],
    wrong={
        """
        x = torch.where(mask, v, v[..., mask].mean())
        path = [x]
        for n in range(n_iter):
            y = x - tau * gradient(x)
            path.append(y)
            x = torch.where(mask, v, y)
            path.append(x)
        return torch.stack(path)
        """: "shape",
        """
        x = torch.where(mask, v[..., mask].mean(), v)
        path = [x]
        for n in range(n_iter):
            x = torch.where(mask, v, x - tau * gradient(x))
            path.append(x)
        return torch.stack(path)
        """: "keep the others",
        """
        x = torch.where(mask, v, v[..., mask].mean())
        path = [x]
        for n in range(n_iter):
            x = mask * v + x - tau * gradient(x)
            path.append(x)
        return torch.stack(path)
        """: "must replace them",
        """
        x = torch.where(mask, v, v[..., mask].mean())
        path = [x]
        for n in range(n_iter):
            x = torch.where(mask, v, v - tau * gradient(x))
            path.append(x)
        return torch.stack(path)
        """: "begins at v again",
        fill(
            (
                "    x = x - tau * gradient(x)\n    x = torch.where(mask, v, x)",
                "    x = torch.where(mask, v, x)\n    x = x - tau * gradient(x)",
            )
        ): "not projected",
        fill(("    x = torch.where(mask, v, x)\n", "")): "never project",
        fill(("(mask, v, x)", "(mask, x, v)")): "wrong way round",
        fill(("(mask, v, x)", "(~mask, v, x)")): "wrong way round",
        fill(("x - tau", "x + tau")): "you climb",
        fill(("x = torch.where(mask, v, v[..., mask].mean())", "x = v")): "start from zero",
        fill(("v[..., mask].mean()", "v.mean()")): "over all pixels",
        fill(
            ("torch.where(mask, v, v[..., mask].mean())", "v[..., mask].mean().expand_as(v)")
        ): "mean at the known pixels",
        fill(("v[..., mask].mean()", "v.sum((2, 3), keepdim=True) / mask.sum()")): "per channel",
        fill(
            ("path = [x]", "path = [x]\nd = tau * gradient(x)"), ("- tau * gradient(x)", "- d")
        ): "at the start in every step",
        fill(("tau * gradient(x)", "tau * (x - v + gradient(x))")): "data term",
        fill(
            ("x = x - tau * gradient(x)", "x -= tau * gradient(x)"),
            ("x = torch.where(mask, v, x)", "x[..., mask] = v[..., mask]"),
        ): "all your iterates",
        fill(
            ("x = torch.where(mask, v, v[..., mask].mean())", "x = v"),
            ("x = x - tau * gradient(x)", "x -= tau * gradient(x)"),
        ): "changed its argument v",
        fill(("path = [x]", "path = []")): "first",
        fill(("torch.stack(path)", "x")): "last",
        fill(("torch.stack(path)", "path")): "list|tuple",
        fill(("torch.stack(path)", "torch.cat(path)")): "the values are right",
        fill(("range(n_iter)", "range(n_iter + 1)")): "too many",
        fill(("range(n_iter)", "range(n_iter - 1)")): "last",
        fill(
            ("    path.append(x)\n", ""),
            ("    x = torch.where(mask", "    path.append(x)\n    x = torch.where(mask"),
        ): "not projected",
        fill(("tau * gradient(x)", "tau * gradient(x) * mask")): "your iterates do not move",
        fill(("x - tau * gradient(x)", "x - gradient(x)")): "step tau",
        fill(("tau * gradient(x)", "tau * gradient(v)")): "gradient at v",
        fill(("x = x - tau * gradient(x)", "x = (x - tau * gradient(x)).clamp(0, 1)")): OTHERWISE,
        fill(("v[..., mask].mean()", "0.5")): r"your start has 0\.5 at the unknown pixels",
        """
        x = my_projection(v[..., mask].mean().expand_as(v), v, mask)
        path = [x]
        for _ in range(n_iter):
            x = x - tau * my_projection(gradient(x), v, mask)
            path.append(x)
        return torch.stack(path)
        """: "you project the gradient",
        """
        x = my_projection(v[..., mask].mean().expand_as(v), v, mask)
        path = [x]
        for _ in range(n_iter):
            y = my_projection(x - tau * gradient(x), v, mask)
            x = x - tau * gradient(x)
            path.append(y)
            pass
        return torch.stack(path)
        """: "you project copies alone",
        """
        x = v[..., mask].mean().expand_as(v)
        path = [x]
        for _ in range(n_iter):
            x = x - tau * gradient(my_projection(x, v, mask))
            x = my_projection(x, v, mask)
            path.append(x)
        return torch.stack(path)
        """: OTHERWISE,
        """
        x = my_projection(v[..., mask].mean().expand_as(v), v, mask)
        path = [x]
        for _ in range(n_iter):
            x = path[0] - tau * gradient(x)
            x = my_projection(x, v, mask)
            path.append(x)
        return torch.stack(path)
        """: "each step begins at the first image again",
        """
        x = my_projection(torch.full_like(v, 0.5), v, mask)
        path = [x]
        for _ in range(n_iter):
            x = x - tau * gradient(x)
            x = my_projection(x, v, mask)
            path.append(x)
        return torch.stack(path)
        """: "your start has",
        """
        x = my_projection(torch.rand_like(v), v, mask)
        path = [x]
        for _ in range(n_iter):
            x = x - tau * gradient(x)
            x = my_projection(x, v, mask)
            path.append(x)
        return torch.stack(path)
        """: "you draw random numbers",
        """
        x = my_projection(v[..., mask].mean().expand_as(v), v, mask)
        path = [x]
        for _ in range(n_iter):
            x = x - tau * gradient(x)
            path.append(x)
        return torch.stack([my_projection(p, v, mask) for p in path])
        """: "you project copies alone",
        """
        x = my_projection(v[..., mask].mean().expand_as(v), v, mask)
        path = [x]
        for _ in range(n_iter):
            x = x - tau * (gradient(x) + mask * (x - v))
            path.append(x)
        return torch.stack(path)
        """: "you pull towards the known pixels",
    },
)

ANSWERS = (TOTAL_VARIATION, GRADIENT, STEP, DESCENT, DISCREPANCY, PROJECTION, INPAINTING)
