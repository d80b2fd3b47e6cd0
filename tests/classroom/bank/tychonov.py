"""Answers to the exercises of notebook 03."""

from classroom.bank import OTHERWISE, Answers


def changed(body, *changes):
    """A text with some parts replaced."""
    for old, new in changes:
        assert body.count(old) == 1, old
        body = body.replace(old, new)
    return body


ADJOINT = Answers(
    exercise="grad_adjoint",
    head="def grad_adjoint(p):",
    right=[
        """
        return -torch.diff(p[0], dim=0, prepend=p[0][-1:]) - torch.diff(
            p[1], dim=1, prepend=p[1][:, -1:]
        )
        """,
        "p[0].roll(1, 0) - p[0] + p[1].roll(1, 1) - p[1]",
        "grad_T(p)",
        "-div(p)",
        """
        a, b = torch.zeros_like(p[0]), torch.zeros_like(p[0])
        M, N = p.shape[1:]
        for x in range(M):
            for y in range(N):
                a[x, y] = p[0, x - 1, y] - p[0, x, y]
                b[x, y] = p[1, x, y - 1] - p[1, x, y]
        return a + b
        """,
        """
        up = torch.cat([p[0, -1:], p[0, :-1]], dim=0)
        left = torch.cat([p[1, :, -1:], p[1, :, :-1]], dim=1)
        return up - p[0] + left - p[1]
        """,
        "sum(torch.roll(q, 1, d) - q for d, q in enumerate(p))",
        """
        M, N = p.shape[1:]
        out = torch.zeros(M, N, dtype=p.dtype)
        for x in range(M):
            for y in range(N):
                out[x, y] = p[0, x - 1, y] - p[0, x, y] + p[1, x, y - 1] - p[1, x, y]
        return out
        """,
        "sum(q.roll(1, d) - q for d, q in enumerate(p))",
        """
        u = torch.zeros(p.shape[1:], dtype=p.dtype, requires_grad=True)
        Du = torch.stack([u.roll(-1, 0) - u, u.roll(-1, 1) - u])
        (Du * p).sum().backward()
        return u.grad
        """,
    ],
    wrong={
        """
        return ((p[0].roll(1, 0) - p[0]) ** 2 + (p[1].roll(1, 1) - p[1]) ** 2).sqrt()
        """: "you took the length of the two components",
        "p[0].roll(1, 0) - p[0], p[1].roll(1, 1) - p[1]": "tuple",
        "p[0].roll(1, 0) - p[0] + p[1].roll(1, 0) - p[1]": "along the rows",
        """
        return torch.stack((p[0].roll(1, 0) - p[0], p[1].roll(1, 1) - p[1]))
        """: "add the two components",
        "p[0] - p[0].roll(1, 0) + p[1] - p[1].roll(1, 1)": "sign",
        "div(p)": "sign",
        "p[0].roll(-1, 0) - p[0] + p[1].roll(-1, 1) - p[1]": "rolled by −1",
        "p[0] - p[0].roll(-1, 0) + p[1] - p[1].roll(-1, 1)": "forward differences",
        "p[0].roll(1, 1) - p[0] + p[1].roll(1, 0) - p[1]": "exchanged rows and columns",
        "p[0].roll(1, 0) - p[0]": "first component alone",
        "p[0].roll(1, 0) - p[0] - p[1].roll(1, 1) + p[1]": "the sign of p₂ is wrong",
        "torch.stack([p[0].roll(1, 0) - p[0], p[1].roll(1, 1) - p[1]])": "shape",
        "p[0].roll(1) - p[0] + p[1].roll(1) - p[1]": "along which dimension",
        """
        q = torch.zeros_like(p[0])
        q[1:] += p[0, :-1] - p[0, 1:]
        q[:, 1:] += p[1, :, :-1] - p[1, :, 1:]
        return q
        """: "border|periodic",
        """
        last = p.clone()
        last[0, -1], last[1, :, -1] = 0, 0
        return last[0].roll(1, 0) - p[0] + last[1].roll(1, 1) - p[1]
        """: "periodic",
        "(p[0].roll(1, 0) - p[0] + p[1].roll(1, 1) - p[1]).T": "columns are exchanged|transposed",
        "2 * grad_T(p)": "twice",
        "grad_T(p) / 2": "half",
        "print(grad_T(p))": "None",
        "grad_T(p)[None]": "keepdim|add the missing|shape",
        """
        p[0] = p[0].roll(1, 0) - p[0]
        p[1] = p[1].roll(1, 1) - p[1]
        return p[0] + p[1]
        """: "changed its argument p",
        """
        return p[0].roll(1, 0) - p[0] - (p[1].roll(1, 1) - p[1])
        """: "the sign of p₂ of the column before is wrong and the sign",
        """
        q = p.roll(1, dims=(1, 2)) - p
        return q[0] + q[1]
        """: "RuntimeError",
        """
        return p[0].roll(1, 0) - p[1] + p[1].roll(1, 1) - p[1]
        """: "p₁ is missing and the factor of p₂ is twice the right one",
        """
        return p[0].roll(1, 0) + p[0] + p[1].roll(1, 1) + p[1]
        """: "the sign of p₁ is wrong and the sign of p₂ is wrong",
        """
        return (p[0].roll(1, 0) - p[0].roll(-1, 0) + p[1].roll(1, 1) - p[1].roll(-1, 1)) / 2
        """: "the factor of p₁ of the row above is half of the right",
        "p[0].roll(2, 0) - p[0] + p[1].roll(2, 1) - p[1]": "you rolled by 2",
        """
        return p[0].roll(1) - p[0] + p[1].roll(1, 1) - p[1]
        """: r"you did not say along which dimension to roll p\[0\]",
        """
        a = torch.zeros_like(p[0])
        a[1:] = p[0][:-1]
        b = torch.zeros_like(p[1])
        b[:, 1:] = p[1][:, :-1]
        return a - p[0] + b - p[1]
        """: "you forgot that the grid is periodic",
    },
)

SYMBOL = Answers(
    exercise="laplacian_symbol",
    head="def laplacian_symbol(M, N):",
    right=[
        """
        return torch.tensor(
            [
                [
                    4 * (math.sin(math.pi * i / M) ** 2 + math.sin(math.pi * j / N) ** 2)
                    for j in range(N)
                ]
                for i in range(M)
            ],
            dtype=torch.float64,
        )
        """,
        """
        xi, zeta = torch.meshgrid(
            torch.fft.fftfreq(M, dtype=torch.float64),
            torch.fft.fftfreq(N, dtype=torch.float64),
            indexing="ij",
        )
        return (torch.exp(2j * math.pi * xi) - 1).abs() ** 2 + (
            torch.exp(2j * math.pi * zeta) - 1
        ).abs() ** 2
        """,
        "laplacian_hat(M, N, dtype=torch.float64)",
        """
        xi = torch.arange(M, dtype=torch.float64)[:, None]
        zeta = torch.arange(N, dtype=torch.float64)[None]
        return 4 * torch.sin(math.pi * xi / M) ** 2 + 4 * torch.sin(math.pi * zeta / N) ** 2
        """,
        """
        a = 2 - 2 * torch.cos(2 * torch.pi * torch.fft.fftfreq(M, dtype=torch.float64))
        b = 2 - 2 * torch.cos(2 * torch.pi * torch.fft.fftfreq(N, dtype=torch.float64))
        return a[:, None] + b
        """,
        """
        d = torch.zeros(M, N, dtype=torch.float64)
        d[0, 0] = 1
        return torch.fft.fft2(-laplacian(d)).real
        """,
        """
        L = torch.empty(M, N, dtype=torch.float64)
        for i in range(M):
            for j in range(N):
                L[i, j] = 4 * (math.sin(math.pi * i / M) ** 2 + math.sin(math.pi * j / N) ** 2)
        return L
        """,
        """
        xi, zeta = torch.meshgrid(torch.arange(M), torch.arange(N), indexing="ij")
        d1 = torch.exp(2j * torch.pi * xi.double() / M) - 1
        d2 = torch.exp(2j * torch.pi * zeta.double() / N) - 1
        return d1.abs() ** 2 + d2.abs() ** 2
        """,
        """
        d = torch.zeros(M, N, dtype=torch.float64)
        d[0, 0] += 4
        d[1 % M, 0] -= 1
        d[-1, 0] -= 1
        d[0, 1 % N] -= 1
        d[0, -1] -= 1
        return torch.fft.fft2(d).real
        """,
        """
        f = lambda n: abs(np.exp(2j * np.pi * np.arange(n) / n) - 1) ** 2
        return torch.tensor(np.add.outer(f(M), f(N)))
        """,
    ],
    wrong={
        """
        return (
            4
            * torch.sin(
                torch.pi
                * (
                    torch.arange(M, dtype=torch.float64)[:, None] / M
                    + torch.arange(N, dtype=torch.float64) / N
                )
            )
            ** 2
        )
        """: "you added the angles inside of one sine",
        """
        return (
            4
            * torch.pi**2
            * (
                torch.fft.fftfreq(M, dtype=torch.float64)[:, None] ** 2
                + torch.fft.fftfreq(N, dtype=torch.float64) ** 2
            )
        )
        """: "of the plane",
        """
        return 4 * (
            torch.sin(torch.pi * torch.linspace(0, 1, M, dtype=torch.float64)[:, None])
            ** 2
            + torch.sin(torch.pi * torch.linspace(0, 1, N, dtype=torch.float64)) ** 2
        )
        """: "linspace",
        "laplacian_hat(M, N, dtype=torch.float64) / 4": "factor 4",
        "laplacian_hat(N, M, dtype=torch.float64)": "columns are exchanged|exchanged",
        "laplacian_hat(M, N, dtype=torch.float64) / 2": "half",
        "-laplacian_hat(M, N, dtype=torch.float64)": "sign",
        """
        xi, zeta = torch.arange(M)[:, None].double(), torch.arange(N).double()
        return 4 * (torch.sin(torch.pi * xi / M) + torch.sin(torch.pi * zeta / N))
        """: "squares",
        """
        xi, zeta = torch.arange(M)[:, None].double(), torch.arange(N).double()
        return 4 * (torch.sin(2 * torch.pi * xi / M) ** 2 + torch.sin(2 * torch.pi * zeta / N) ** 2)
        """: "2π",
        """
        xi, zeta = torch.arange(M)[:, None].double(), torch.arange(N).double()
        return 4 * (torch.sin(torch.pi * xi / N) ** 2 + torch.sin(torch.pi * zeta / M) ** 2)
        """: "exchanged M and N",
        """
        xi, zeta = torch.arange(M)[:, None].double(), torch.arange(N).double()
        return 4 * torch.sin(torch.pi * xi / M) ** 2 * torch.sin(torch.pi * zeta / N) ** 2
        """: "you multiplied the two squares",
        """
        xi, zeta = torch.arange(M).double(), torch.arange(N).double()
        return 4 * (torch.sin(torch.pi * xi / M) ** 2 + torch.sin(torch.pi * zeta / N) ** 2)
        """: "raised",
        """
        xi, zeta = torch.arange(M)[:, None].double(), torch.arange(N).double()
        return torch.exp(2j * torch.pi * xi / M) - 1 + torch.exp(2j * torch.pi * zeta / N) - 1
        """: "complex",
        """
        xi, zeta = torch.arange(M)[:, None].double(), torch.arange(N).double()
        a, b = 2j * torch.pi * xi / M, 2j * torch.pi * zeta / N
        return (torch.exp(a) + torch.exp(b) - 2).abs() ** 2
        """: "you added d̂₁ and d̂₂ before the modulus",
        "kernels.centred(laplacian_hat(M, N, dtype=torch.float64))": "fftshift",
        "laplacian_hat(M, N, dtype=torch.float64).sqrt()": "square root",
        "laplacian_hat(M, N, dtype=torch.float64).flatten()": "values are right",
        """
        xi, zeta = torch.arange(1, M + 1)[:, None].double(), torch.arange(1, N + 1).double()
        return 4 * (torch.sin(torch.pi * xi / M) ** 2 + torch.sin(torch.pi * zeta / N) ** 2)
        """: "begin at 1",
        """
        xi = torch.arange(M, dtype=torch.float64)[:, None]
        zeta = torch.arange(N, dtype=torch.float64)[None, :]
        return 4 * torch.sin(torch.pi * (xi / M + zeta / N)) ** 2
        """: "you added the angles inside of one sine",
        """
        xi = torch.arange(M, dtype=torch.float64)[:, None]
        zeta = torch.arange(N, dtype=torch.float64)[None, :]
        return 4 * (torch.sin(torch.pi * xi / M) + torch.sin(torch.pi * zeta / N)) ** 2
        """: "you squared the sum of the sines",
        """
        xi = torch.arange(M, dtype=torch.float64)[:, None]
        zeta = torch.arange(N, dtype=torch.float64)[None, :]
        return (2 * torch.pi * xi / M) ** 2 + (2 * torch.pi * zeta / N) ** 2
        """: "you took frequencies up to M and N without their mirror",
        """
        xi = torch.arange(M, dtype=torch.float64)[:, None]
        zeta = torch.arange(N, dtype=torch.float64)[None, :]
        return 4 * (torch.cos(torch.pi * xi / M) ** 2 + torch.cos(torch.pi * zeta / N) ** 2)
        """: "you took cosines instead of sines",
        """
        xi = torch.arange(M, dtype=torch.float64)[:, None]
        zeta = torch.arange(N, dtype=torch.float64)[None, :]
        return 4 * (torch.sin(torch.pi * xi / M) ** 2 * torch.sin(torch.pi * zeta / N) ** 2)
        """: "you multiplied the two squares",
        """
        xi = torch.arange(M, dtype=torch.float64)
        zeta = torch.arange(N, dtype=torch.float64)
        return 4 * (torch.sin(torch.pi * xi / M) ** 2)[:, None].expand(M, N)
        """: r"sin²\(πζ/N\) is missing",
        """
        xi = torch.arange(M, dtype=torch.float64)[:, None]
        zeta = torch.arange(N, dtype=torch.float64)[None, :]
        return 4 - 2 * torch.cos(torch.pi * xi / M) - 2 * torch.cos(torch.pi * zeta / N)
        """: "your angles are half of the right ones",
    },
)

LOOP = """
tau = 1 / (1 + 8 * lam)
x = v
path = [v]
for _ in range(n_iter):
    x = x - tau * (x - v - 2 * lam * laplacian(x))
    path.append(x)
return torch.stack(path)
"""
STEP = "x = x - tau * (x - v - 2 * lam * laplacian(x))"

DESCENT = Answers(
    exercise="tychonov_descent",
    head="def my_descent(v, lam, n_iter):",
    right=[
        """
        tau = 1 / (1 + 8 * lam)
        x = v
        path = [x]
        for n in range(n_iter):
            x = torch.lerp(x, v, tau) + (2 * tau * lam) * laplacian(x)
            path += [x]
        return torch.stack(path)
        """,
        LOOP,
        changed(LOOP, ("(x - v - 2 * lam * laplacian(x))", "(x - v + 2 * lam * grad_T(grad(x)))")),
        """
        path = [v]
        slope = lambda x: (x - v) + lam * regularizers.tychonov_grad(x)
        watch = lambda k, x: path.append(x)
        solvers.gradient_descent(slope, v, tau=1 / (1 + 8 * lam), n_iter=n_iter, callback=watch)
        return torch.stack(path)
        """,
        """
        F = lambda x: (x - v).square().sum() / 2 + lam * grad(x).square().sum()
        path = [v]
        for n in range(n_iter):
            path.append(path[n] - torch.func.grad(F)(path[n]) / (1 + 8 * lam))
        return torch.stack(path)
        """,
        """
        path = v.new_empty((n_iter + 1, *v.shape))
        path[0] = v
        for n in range(n_iter):
            x = path[n]
            near = x.roll(1, -1) + x.roll(-1, -1) + x.roll(1, -2) + x.roll(-1, -2)
            path[n + 1] = (v + 2 * lam * (near - 4 * x) + 8 * lam * x) / (1 + 8 * lam)
        return path
        """,
        changed(LOOP, (STEP, "x = (1 - tau) * x + tau * (v + 2 * lam * laplacian(x))")),
        """
        tau = 1 / (1 + 8 * lam)
        P = v.new_zeros((n_iter + 1, *v.shape))
        P[0] = v
        for n in range(n_iter):
            P[n + 1] = P[n] + tau * (v - P[n]) + 2 * tau * lam * laplacian(P[n])
        return P
        """,
        """
        def F_(u):
            return 0.5 * (u - v).square().sum() + lam * grad(u).square().sum()
        out = [v]
        for _ in range(n_iter):
            z = out[-1].clone().requires_grad_(True)
            g, = torch.autograd.grad(F_(z), z)
            out.append(out[-1] - g / (1 + 8 * lam))
        return torch.stack(out)
        """,
    ],
    wrong={
        """
        tau = 1 / (1 + 8 * lam)
        x = v
        path = [x]
        for n in range(n_iter):
            x = x - tau * (x - v - 2 * lam * laplacian(x))
            path.append(x)
        return torch.stack(path, 1)
        """: "shape",
        """
        tau = 1 / (1 + 8 * lam)
        x = v
        path = [x]
        for n in range(n_iter):
            x = x - tau * (x - v)
            path.append(x)
        return torch.stack(path)
        """: "does not move",
        """
        tau = 1 / (1 + 8 * lam)
        x = torch.zeros_like(v)
        path = [x]
        for n in range(n_iter):
            x = x - tau * (x - v - 2 * lam * laplacian(x))
            path.append(x)
        return torch.stack(path)
        """: "start from zero",
        """
        tau = 1 / (1 + 8 * lam)
        x = v
        path = [x]
        for n in range(n_iter):
            x = v - tau * (x - v - 2 * lam * laplacian(x))
            path.append(x)
        return torch.stack(path)
        """: "begins at v again",
        changed(LOOP, ("x - v - 2", "-2")): "data term",
        changed(LOOP, ("2 * lam *", "lam *")): "forgot the 2",
        changed(LOOP, ("2 * lam *", "2 *")): "forgot lam",
        changed(LOOP, ("v - 2", "v + 2")): "sign of the Laplacian",
        changed(LOOP, ("(x - v -", "(v - x -")): "sign of the data term",
        changed(LOOP, ("x = x -", "x = x +")): "you climb",
        changed(LOOP, ("(x - v - 2", "(2 * (x - v) - 2")): "doubled the data term",
        changed(LOOP, ("8 * lam)", "16 * lam)")): r"1/\(1 \+ 16",
        changed(LOOP, ("1 / (1 + 8", "2 / (1 + 16")): r"2/\(1 \+ 16",
        changed(LOOP, ("1 + 8 * lam)", "8 * lam)")): r"1/\(8 λ\)",
        changed(LOOP, ("1 / (1 + 8", "2 / (1 + 8")): r"your step is 2/\(1 \+ 8 λ\)",
        changed(LOOP, ("1 / (1 + 8 * lam)", "1 / 1 + 8 * lam")): r"your step is 1/1 \+ 8 λ",
        changed(LOOP, ("laplacian(x)", "laplacian(v)"), ("(x - v", "(v - v")): "gradient at v",
        changed(LOOP, ("laplacian(x)", "laplacian(v)")): "Laplacian of v",
        changed(LOOP, (STEP, "x -= tau * (x - v - 2 * lam * laplacian(x))")): "argument v",
        changed(
            LOOP,
            ("x = v\n", "x = v.clone()\n"),
            (STEP, "x -= tau * (x - v - 2 * lam * laplacian(x))"),
        ): "all your iterates",
        changed(LOOP, ("path = [v]", "path = []")): "first one is missing",
        changed(LOOP, ("torch.stack(path)", "x")): "last one alone",
        changed(LOOP, ("torch.stack(path)", "path")): "list|tuple",
        changed(LOOP, ("torch.stack(path)", "torch.cat(path)")): "values are right",
        changed(LOOP, ("(n_iter)", "(n_iter + 1)")): "too many",
        changed(LOOP, ("(n_iter)", "(n_iter - 1)")): "last one is missing",
        changed(LOOP, ("v - 2 * lam *", "v - 2) * (lam *")): OTHERWISE,
        changed(LOOP, ("laplacian(x)", "grad(x)")): "raised",
        """
        tau = 1 / (1 + 8 * lam)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * (x - v) - 2 * lam * laplacian(x)
            path.append(x)
        return torch.stack(path)
        """: "the factor of the Laplacian of x is",
        """
        tau = 1 / (1 + 8 * lam)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * (x - 2 * lam * laplacian(x))
            path.append(x)
        return torch.stack(path)
        """: "you forgot to subtract v in the data term",
        """
        tau = 1 / 1 + 8 * lam
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * ((x - v) - 2 * lam * laplacian(x))
            path.append(x)
        return torch.stack(path)
        """: r"your step is 1/1 \+ 8 λ",
        """
        tau = 1 / (1 + 8 * lam)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * ((x - v) + 2 * lam * grad(x).square().sum(dim=-3))
            path.append(x)
        return torch.stack(path)
        """: r"you took \|∇x\|² for its derivative",
        """
        tau = 1 / (1 + 8 * lam)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * ((x - v) - 2 * lam**2 * laplacian(x))
            path.append(x)
        return torch.stack(path)
        """: "you squared lam",
        """
        tau = 1 / (1 + 8 * lam)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * ((x - v) + lam * (2 * laplacian(laplacian(x))))
            path.append(x)
        return torch.stack(path)
        """: "is right for the start, and wrong from then on",
        """
        tau = 1 / (1 + 8 * lam)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * (x - v)
            x = x + 2 * tau * lam * laplacian(x)
            path.append(x)
        return torch.stack(path)
        """: "you took the two steps one after the other",
        """
        tau = 1 / (1 + 4 * lam)
        x, path = v, [v]
        for _ in range(n_iter):
            x = x - tau * ((x - v) - 2 * lam * laplacian(x))
            path.append(x)
        return torch.stack(path)
        """: r"your step is 1/\(1 \+ 4 λ\)",
    },
)

CURVE = """
M, N = v.shape[-2:]
L_hat = laplacian_hat(M, N, dtype=v.dtype)
v_hat = torch.fft.fft2(v)
found = []
for lam in lams:
    H = 1 / (1 + 2 * lam * L_hat)
    a = ((H - 1) * v_hat).abs().square().mean() / (M * N)
    found.append(a - sigma**2 + 2 * sigma**2 * H.mean())
return torch.stack(found)
"""

SURE = Answers(
    exercise="sure_curve",
    head="def my_sure(v, sigma, lams):",
    right=[
        """
        M, N = v.shape[-2:]
        n = M * N
        L = laplacian_hat(M, N, dtype=v.dtype)
        P = torch.fft.fft2(v).abs() ** 2
        out = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L)
            out.append(
                norm(torch.fft.ifft2((H - 1) * torch.fft.fft2(v))) ** 2 / n
                + (2 * H.sum() / n - 1) * sigma**2
            )
        return torch.stack(out)
        """,
        """
        M, N = v.shape[-2:]
        L = laplacian_hat(M, N).to(v.dtype)
        H = 1 / (1 + 2 * torch.tensor(lams, dtype=v.dtype)[:, None, None] * L)
        return (((H - 1) * torch.fft.fft2(v[0, 0])).abs() ** 2).sum((1, 2)) / (
            M * N
        ) ** 2 + sigma**2 * (2 * H.mean((1, 2)) - 1)
        """,
        CURVE,
        """
        L_hat = laplacian_hat(*v.shape[-2:], dtype=torch.float64)
        s = torch.zeros(len(lams), dtype=torch.float64)
        for i, lam in enumerate(lams):
            x = closed_form.tychonov(v, lam)
            H = 1 / (1 + 2 * lam * L_hat)
            s[i] = ((x - v) ** 2).mean() - sigma**2 + 2 * sigma**2 * H.sum() / H.numel()
        return s
        """,
        """
        M, N = v.shape[-2:]
        z = torch.fft.fft2(v, norm="ortho")[0, 0]
        L = laplacian_hat(M, N, dtype=torch.float64)
        H = 1 / (1 + 2 * torch.tensor(lams, dtype=torch.float64)[:, None, None] * L)
        return ((1 - H) * z).abs().pow(2).mean((1, 2)) + sigma**2 * (2 * H - 1).mean((1, 2))
        """,
        """
        def one(lam):
            H = (1 + 2 * lam * laplacian_hat(*v.shape[-2:], dtype=v.dtype)) ** -1
            u = torch.fft.ifft2(H * torch.fft.fft2(v)).real
            return (u - v).norm() ** 2 / v.numel() - sigma**2 + 2 * sigma**2 * H.mean()

        return torch.stack([one(lam) for lam in lams])
        """,
        changed(CURVE, ("(H - 1)", "(1 - H)"), (".mean() / (M * N)", ".sum() / (M * N) ** 2")),
        """
        M, N = v.shape[-2:]
        L = laplacian_hat(M, N, dtype=v.dtype)
        lam = torch.tensor(lams, dtype=v.dtype)[:, None, None]
        H = 1 / (1 + 2 * lam * L)
        u = torch.fft.ifft2(H * torch.fft.fft2(v[0, 0])).real
        return (u - v[0, 0]).square().mean((1, 2)) + sigma**2 * (2 * H.mean((1, 2)) - 1)
        """,
    ],
    wrong={
        """
        M, N = v.shape[-2:]
        n = M * N
        L = laplacian_hat(M, N, dtype=v.dtype)
        P = torch.fft.fft2(v).abs() ** 2
        out = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L)
            out.append(
                ((H - 1) * torch.fft.fft2(v)).square().sum() / n**2
                - sigma**2
                + 2 * sigma**2 * H.mean()
            )
        return torch.stack(out)
        """: "complex",
        """
        M, N = v.shape[-2:]
        n = M * N
        L = laplacian_hat(M, N, dtype=v.dtype)
        P = torch.fft.fft2(v).abs() ** 2
        out = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L)
            out.append(
                ((H - 1).abs() ** 2 * P).sum() / n**2 - sigma**2 + 2 * sigma**2 * H.mean()
            )
        return min(out)
        """: "shape",
        """
        M, N = v.shape[-2:]
        n = M * N
        L = laplacian_hat(M, N, dtype=v.dtype)
        P = torch.fft.fft2(v).abs() ** 2
        out = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L)
            out.append(((H - 1) ** 2 * P).sum() / n**2)
        return torch.stack(out)
        """: "left out both terms",
        changed(CURVE, (".mean() / (M * N)", ".mean()")): "Parseval",
        changed(CURVE, ("a - sigma**2 +", "a +")): "subtract sigma²",
        changed(CURVE, ("+ 2 * sigma", "+ sigma")): "forgot the 2 of the last",
        changed(CURVE, (" + 2 * sigma**2 * H.mean()", "")): "forgot the last term",
        changed(CURVE, ("a - sigma**2", "a + sigma**2")): "added sigma²",
        changed(CURVE, ("+ 2 * sigma", "- 2 * sigma")): "subtracted the last term",
        changed(CURVE, ("(H - 1)", "H")): "restored image",
        changed(CURVE, ("2 * lam", "lam")): "2 in H",
        changed(CURVE, ("H.mean()", "H.sum()")): "sum of H",
        changed(CURVE, ("H.mean()", "(H**2).mean()")): "H²",
        changed(CURVE, ("H.mean()", "(1 - H).mean()")): "1 − H",
        changed(CURVE, ("a - sigma**2 + 2 * sigma**2", "a - sigma + 2 * sigma")): "sigma instead",
        changed(CURVE, ("torch.stack(found)", "found")): "list",
        changed(CURVE, ("torch.stack(found)", "min(found)")): "shape",
        changed(CURVE, ("torch.stack(found)", "lams[int(torch.stack(found).argmin())]")): "shape",
        changed(CURVE, ("    found.append", "found.append")): "shape",
        changed(CURVE, ("2 * lam * L_hat", "2 * lam * L_hat**2")): OTHERWISE,
        changed(CURVE, (".square().mean()", ".mean()")): "you took the moduli without squares",
        changed(CURVE, (".mean() / (M * N)", ".sum() / (M * N)")): "Parseval",
        changed(CURVE, ("1 / (1 + 2 * lam * L_hat)", "1 + 2 * lam * L_hat")): OTHERWISE,
        changed(CURVE, ("for lam in lams:", "for lam in lams[1:]:")): "first one is missing",
        changed(CURVE, ("found = []", "found = [torch.tensor(0.0)]")): "shape",
        """
        M, N = v.shape[-2:]
        v_hat, L_hat = torch.fft.fft2(v), laplacian_hat(M, N, dtype=v.dtype)
        found = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L_hat)
            residual = ((1 - H) * v_hat).abs().mean() / (M * N)
            found.append(residual - sigma**2 + 2 * sigma**2 * H.mean())
        return torch.stack(found)
        """: "you took the moduli without squares",
        """
        M, N = v.shape[-2:]
        v_hat, L_hat = torch.fft.fft2(v), laplacian_hat(M, N, dtype=v.dtype)
        found = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L_hat)
            residual = (((1 - H) * v_hat).abs().square().mean() / (M * N)).sqrt()
            found.append(residual - sigma**2 + 2 * sigma**2 * H.mean())
        return torch.stack(found)
        """: "you took the root of the first term",
        """
        M, N = v.shape[-2:]
        v_hat, L_hat = torch.fft.fft2(v), laplacian_hat(M, N, dtype=v.dtype)
        found = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L_hat)
            residual = ((1 - H) * v).square().mean()
            found.append(residual - sigma**2 + 2 * sigma**2 * H.mean())
        return torch.stack(found)
        """: "you filtered the pixels of v",
        """
        M, N = v.shape[-2:]
        v_hat, L_hat = torch.fft.fft2(v), laplacian_hat(M, N, dtype=v.dtype)
        found = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L_hat)
            residual = ((1 - H) * v_hat).abs().square().mean() / (M * N)
        found.append(residual - sigma**2 + 2 * sigma**2 * H.mean())
        return torch.stack(found)
        """: "you appended after the loop",
        """
        M, N = v.shape[-2:]
        v_hat, L_hat = torch.fft.fft2(v), laplacian_hat(M, N, dtype=v.dtype)
        found = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L_hat)
            residual = ((1 - H) * v_hat).abs().square().mean() / (M * N)
            found.append(residual - sigma**2 + 2 * sigma**2 * H.mean())
        return torch.stack(found).min()
        """: "you returned the smallest value",
        """
        M, N = v.shape[-2:]
        v_hat, L_hat = torch.fft.fft2(v), laplacian_hat(M, N, dtype=v.dtype)
        found = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L_hat)
            residual = ((1 - H) * v_hat).square().abs().sum() / M**4
            found.append(residual - sigma**2 + 2 * sigma**2 * H.mean())
        return torch.stack(found)
        """: "you divided by M⁴",
        """
        M, N = v.shape[-2:]
        v_hat, L_hat = torch.fft.fft2(v), laplacian_hat(M, N, dtype=v.dtype)
        found = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L_hat)
            residual = ((1 - H) * v_hat).real.square().mean() / (M * N)
            found.append(residual - sigma**2 + 2 * sigma**2 * H.mean())
        return torch.stack(found)
        """: "you took the real part before the modulus",
        """
        M, N = v.shape[-2:]
        v_hat, L_hat = torch.fft.fft2(v), laplacian_hat(M, N, dtype=v.dtype)
        found = []
        for lam in lams:
            H = 1 / (1 + 2 * lam * L_hat)
            residual = ((1 - H) * v_hat).abs().square().mean() / (M * N)
            found.append(residual - sigma**2 * M * N + 2 * sigma**2 * H.mean())
        return torch.stack(found)
        """: "you multiplied sigma² by MN",
    },
)

WIENER = """
M, N = v.shape[-2:]
h, w = k.shape
pad = torch.zeros(M, N, dtype=v.dtype)
pad[:h, :w] = k
pad = torch.roll(pad, (-(h // 2), -(w // 2)), dims=(0, 1))
K = torch.fft.fft2(pad)
L = laplacian_hat(M, N, dtype=v.dtype)
U = K.conj() * torch.fft.fft2(v) / (K.abs() ** 2 + 2 * lam * L)
return torch.fft.ifft2(U).real
"""
WHERE = "torch.roll(pad, (-(h // 2), -(w // 2)), dims=(0, 1))"

DEBLUR = Answers(
    exercise="deblur",
    head="def my_deblur(v, k, lam):",
    right=[
        """
        h, w = k.shape
        M, N = v.shape[-2:]
        K = torch.zeros(M, N, dtype=v.dtype)
        K[:h, :w] = k
        K = K.roll((-(h // 2), -(w // 2)), (0, 1))
        ks = torch.fft.rfft2(K)
        L = laplacian_hat(M, N, dtype=v.dtype)[:, : N // 2 + 1]
        u = ks.conj() * torch.fft.rfft2(v) / (ks.abs() ** 2 + 2 * lam * L)
        return torch.fft.irfft2(u, s=(M, N))
        """,
        """
        h, w = k.shape
        M, N = v.shape[-2:]
        K = torch.zeros(M, N, dtype=v.dtype)
        for i in range(h):
            for j in range(w):
                K[(i - h // 2) % M, (j - w // 2) % N] += k[i, j]
        ks = torch.fft.fft2(K)
        L = laplacian_hat(M, N, dtype=v.dtype)
        u = ks.conj() * torch.fft.fft2(v) / (ks.abs() ** 2 + 2 * lam * L)
        return torch.fft.ifft2(u).real
        """,
        WIENER,
        "closed_form.tychonov(v, lam, k)",
        """
        K = operators.Blur(k).transfer(*v.shape[-2:])
        L = laplacian_hat(*v.shape[-2:], dtype=torch.float64)
        filter = torch.conj(K) / (K * K.conj() + 2 * lam * L)
        return torch.fft.ifft2(filter * torch.fft.fft2(v)).real
        """,
        """
        M, N = v.shape[-2:]
        pad = torch.zeros(M, N, dtype=v.dtype)
        for i in range(k.shape[0]):
            for j in range(k.shape[1]):
                pad[i - k.shape[0] // 2, j - k.shape[1] // 2] = k[i, j]
        K = torch.fft.rfft2(pad)
        L = laplacian_hat(M, N, dtype=v.dtype)[:, : N // 2 + 1]
        U = K.conj() * torch.fft.rfft2(v) / (K.abs().square() + 2 * lam * L)
        return torch.fft.irfft2(U, s=(M, N))
        """,
        """
        M, N = v.shape[-2:]
        K = torch.fft.fft2(k, s=(M, N))
        r = torch.arange(M, dtype=torch.float64)[:, None] * (k.shape[0] // 2) / M
        c = torch.arange(N, dtype=torch.float64) * (k.shape[1] // 2) / N
        K = K * torch.exp(2j * torch.pi * (r + c))
        L = laplacian_hat(M, N, dtype=v.dtype)
        U = K.conj() * torch.fft.fft2(v) / (K.abs() ** 2 + 2 * lam * L)
        return torch.real(torch.fft.ifft2(U))
        """,
    ],
    wrong={
        """
        h, w = k.shape
        M, N = v.shape[-2:]
        K = torch.zeros(M, N, dtype=v.dtype)
        K[:h, :w] = k
        K = K.roll((-(h // 2) + 1, -(w // 2) + 1), (0, 1))
        ks = torch.fft.fft2(K)
        L = laplacian_hat(M, N, dtype=v.dtype)
        u = ks.conj() * torch.fft.fft2(v) / (ks.abs() ** 2 + 2 * lam * L)
        return torch.fft.ifft2(u).real
        """: "minus one",
        """
        h, w = k.shape
        M, N = v.shape[-2:]
        K = torch.zeros(M, N, dtype=v.dtype)
        K[:h, :w] = k.flip(0, 1)
        K = K.roll((-(h // 2), -(w // 2)), (0, 1))
        ks = torch.fft.fft2(K)
        L = laplacian_hat(M, N, dtype=v.dtype)
        u = ks.conj() * torch.fft.fft2(v) / (ks.abs() ** 2 + 2 * lam * L)
        return torch.fft.ifft2(u).real
        """: "turned the kernel",
        """
        h, w = k.shape
        M, N = v.shape[-2:]
        K = torch.zeros(M, N, dtype=v.dtype)
        K[:h, :w] = k / k.sum()
        K = K.roll((-(h // 2), -(w // 2)), (0, 1))
        ks = torch.fft.fft2(K)
        L = laplacian_hat(M, N, dtype=v.dtype)
        u = ks.conj() * torch.fft.fft2(v) / (ks.abs() ** 2 + 2 * lam * L)
        return torch.fft.ifft2(u).real
        """: "by its sum",
        """
        h, w = k.shape
        M, N = v.shape[-2:]
        K = torch.zeros(M, N, dtype=v.dtype)
        K[
            M // 2 - h // 2 : M // 2 + h // 2 + 1, N // 2 - w // 2 : N // 2 + w // 2 + 1
        ] = k
        ks = torch.fft.fft2(K)
        L = laplacian_hat(M, N, dtype=v.dtype)
        u = ks.conj() * torch.fft.fft2(v) / (ks.abs() ** 2 + 2 * lam * L)
        return torch.fft.ifft2(u).real
        """: "middle of your image",
        changed(WIENER, (WHERE, "pad")): "centre to pixel",
        "torch.fft.ifft2(torch.fft.fft2(v) / torch.fft.fft2(k)).real": "raised",
        changed(WIENER, ("-(h // 2), -(w // 2)", "h // 2, w // 2")): "wrong way",
        changed(WIENER, ("-(h // 2), -(w // 2)", "-(h // 2) - 1, -(w // 2) - 1")): "plus one",
        changed(WIENER, (WHERE, "torch.fft.fftshift(pad)")): OTHERWISE,
        changed(WIENER, ("K.conj()", "K")): "conjugate",
        changed(WIENER, ("K.conj() * ", "")): "forgot k̂ in the numerator",
        changed(WIENER, ("K.abs() ** 2", "K ** 2")): "k̂² instead",
        changed(WIENER, ("K.abs() ** 2", "K.abs()")): "instead of its square",
        changed(WIENER, (" + 2 * lam * L", "")): "inverse filter",
        changed(WIENER, ("K.conj() * ", ""), ("K.abs() ** 2", "K")): "penalty to k̂",
        changed(WIENER, (" * L)", ")")): "L̂ is missing",
        changed(WIENER, ("2 * lam", "lam")): "factor 2",
        changed(WIENER, (" / (K.abs() ** 2 + 2 * lam * L)", "")): "blurred once more",
        changed(WIENER, (").real", ").abs()")): "absolute value",
        changed(WIENER, (").real", ")")): "complex",
        changed(
            WIENER, ("ifft2(U).real", "ifft2(U).imag")
        ): "you took the imaginary part at the end",
        changed(WIENER, ("return torch.fft.ifft2(U).real", "return U")): "complex",
        changed(WIENER, ("lam * L)", "lam * L**2)")): "you squared L̂",
        changed(WIENER, ("+ 2", "- 2")): "subtracted the penalty",
        changed(
            WIENER, ("-(h // 2), -(w // 2)", "-(w // 2), -(h // 2)")
        ): "you exchanged h and w in the roll",
        changed(WIENER, ("torch.fft.ifft2(U).real", "torch.fft.ifft2(U).real[0, 0]")): "shape",
        changed(
            WIENER, ("torch.fft.ifft2(U).real", "torch.fft.ifft2(U).real.clamp(0, 1)")
        ): "clamped",
        """
        M, N = v.shape[-2:]
        h, w = k.shape
        padded = torch.zeros(M, N, dtype=v.dtype)
        padded[:h, :w] = k
        k_hat = torch.fft.fft2(padded.roll((-(h // 2), -(w // 2)), (0, 1)))
        L_hat = laplacian_hat(M, N, dtype=v.dtype)
        u_hat = k_hat.conj() * torch.fft.fft2(v) / (k_hat.abs() ** 2 + 2 * lam * L_hat ** 2)
        return torch.fft.ifft2(u_hat).real
        """: "you squared L̂",
        """
        M, N = v.shape[-2:]
        h, w = k.shape
        padded = torch.zeros(M, N, dtype=v.dtype)
        padded[:h, :w] = k
        k_hat = torch.fft.fft2(padded.roll((-(h // 2), -(w // 2)), (0, 1)))
        L_hat = laplacian_hat(M, N, dtype=v.dtype)
        u_hat = k_hat.conj() * torch.fft.fft2(v) / (1 + 2 * lam * L_hat)
        return torch.fft.ifft2(u_hat).real
        """: "your denominator is that of denoising",
        """
        M, N = v.shape[-2:]
        h, w = k.shape
        padded = torch.zeros(M, N, dtype=v.dtype)
        padded[:h, :w] = k.T if h == w else k.flip(1)
        k_hat = torch.fft.fft2(padded.roll((-(h // 2), -(w // 2)), (0, 1)))
        L_hat = laplacian_hat(M, N, dtype=v.dtype)
        u_hat = k_hat.conj() * torch.fft.fft2(v) / (k_hat.abs() ** 2 + 2 * lam * L_hat)
        return torch.fft.ifft2(u_hat).real
        """: "you exchanged left and right in the kernel",
        """
        M, N = v.shape[-2:]
        h, w = k.shape
        padded = torch.zeros(M, N, dtype=v.dtype)
        padded[:h, :w] = k
        k_hat = torch.fft.fft2(padded.roll((-(h // 2), -(w // 2)), (0, 1)))
        L_hat = laplacian_hat(M, N, dtype=v.dtype)
        u_hat = k_hat.conj() * torch.fft.fft2(v) / k_hat.abs() ** 2 + 2 * lam * L_hat
        return torch.fft.ifft2(u_hat).real
        """: "you put no parentheses around the denominator",
        """
        M, N = v.shape[-2:]
        h, w = k.shape
        padded = torch.zeros(M, N, dtype=v.dtype)
        padded[:h, :w] = k
        k_hat = torch.fft.fft2(padded)
        L_hat = laplacian_hat(M, N, dtype=v.dtype)
        u_hat = k_hat.conj() * torch.fft.fft2(v) / (k_hat.abs() ** 2 + 2 * lam * L_hat)
        return torch.fft.ifft2(u_hat).real
        """: r"you did not bring the kernel's centre to pixel \(0",
        """
        M, N = v.shape[-2:]
        h, w = k.shape
        padded = torch.zeros(M, N, dtype=v.dtype)
        padded[:h, :w] = k
        k_hat = torch.fft.fft2(padded.roll((h // 2, w // 2), (0, 1)))
        L_hat = laplacian_hat(M, N, dtype=v.dtype)
        u_hat = k_hat.conj() * torch.fft.fft2(v) / (k_hat.abs() ** 2 + 2 * lam * L_hat)
        return torch.fft.ifft2(u_hat).real
        """: "you rolled the kernel the wrong way",
        """
        M, N = v.shape[-2:]
        h, w = k.shape
        padded = torch.zeros(M, N, dtype=v.dtype)
        padded[:h, :w] = k
        k_hat = torch.fft.fft2(padded.roll((-(w // 2), -(h // 2)), (0, 1)))
        L_hat = laplacian_hat(M, N, dtype=v.dtype)
        u_hat = k_hat.conj() * torch.fft.fft2(v) / (k_hat.abs() ** 2 + 2 * lam * L_hat)
        return torch.fft.ifft2(u_hat).real
        """: "you exchanged h and w in the roll",
        """
        M, N = v.shape[-2:]
        h, w = k.shape
        padded = torch.zeros(M, N, dtype=v.dtype)
        padded[:h, :w] = k
        k_hat = torch.fft.fft2(padded.roll((-(h // 2), -(w // 2)), (0, 1)))
        L_hat = laplacian_hat(M, N, dtype=v.dtype)
        u_hat = k_hat * torch.fft.fft2(v) / (k_hat.abs() ** 2 + 2 * lam * L_hat)
        return torch.fft.ifft2(u_hat).real
        """: "you did not conjugate k̂ in the numerator",
    },
)

LIPSCHITZ = Answers(
    exercise="tychonov_lipschitz",
    head="def tychonov_lipschitz(lam):",
    right=[
        "1 + 2 * lam * laplacian_hat(4, 4, dtype=torch.float64).max()",
        "1 + 16 * lam",
        "1 + 2 * lam * 8",
        "(1 + 2 * lam * laplacian_hat(4, 6, dtype=torch.float64)).max()",
        "torch.tensor(1.0) + 16.0 * lam",
        "max(1 + 2 * lam * 4 * (a + b) for a in (0, 0.5, 1) for b in (0, 0.5, 1))",
        "float(16 * lam + 1)",
        "1 + 2 * lam * (2 + 2) * 2",
        "(torch.as_tensor(lam, dtype=torch.float64) * 16 + 1)",
    ],
    wrong={
        "lambda M, N: 1 + 16 * lam": "function",
        "1 + 2 * lam * laplacian_hat(15, 11, dtype=torch.float64).max()": "factor of lam is",
        "1 + 2 * lam * 4 * math.pi**2": "4π²",
        "1 + 8 * lam": "factor 2",
        "16 * lam": "data term",
        "2 / (1 + 16 * lam)": "2/L instead",
        "1 + 2 * lam": "the factor of lam is an eighth of the right one",
        "1 / (1 + 16 * lam)": "inverse",
        "print(1 + 16 * lam)": "None",
        "17 * lam": "you multiplied the 1",
        "laplacian_hat(4, 6).max()": "lam is missing",
        "(1 + 2 * lam * laplacian_hat(4, 6))": "shape",
        "2 + 16 * lam": "too large by 1",
        "-(1 + 16 * lam)": "sign",
        "(1 + 16 * lam) / 2": "half",
        "1 + 4 * lam": "the factor of lam is a quarter of the right one",
        "1 + 16 * lam**2": "you squared lam",
        "1 + 32 * lam": "the factor of lam is twice the right one",
        "1 - 16 * lam": "the sign of lam is wrong",
        "1 + 2 * lam * math.sqrt(8)": "the factor of lam is",
        "1 + 16": "you forgot lam",
        "lam + 16": OTHERWISE,
        "16 * (1 + lam)": "is too large by 15, everywhere",
    },
)

EULER = """
dt = t / n_steps
path = [u]
for _ in range(n_steps):
    u = u + dt * laplacian(u)
    path.append(u)
return torch.stack(path)
"""

HEAT = Answers(
    exercise="heat",
    head="def my_heat(u, t, n_steps):",
    right=[
        """
        dt = t / n_steps
        x = u
        path = [x]
        for n in range(n_steps):
            x = x + dt * (
                x.roll(1, -2) + x.roll(-1, -2) + x.roll(1, -1) + x.roll(-1, -1) - 4 * x
            )
            path.append(x)
        return torch.stack(path)
        """,
        """
        M, N = u.shape[-2:]
        factor = 1 - t / n_steps * laplacian_hat(M, N, dtype=u.dtype)
        u_hat = torch.fft.fft2(u)
        return torch.stack(
            [torch.fft.ifft2(factor**n * u_hat).real for n in range(n_steps + 1)]
        )
        """,
        EULER,
        changed(EULER, ("dt * laplacian(u)", "div(grad(u)) * dt")),
        """
        path = [u]
        watch = lambda k, x: path.append(x)
        tau = t / n_steps / 2
        solvers.gradient_descent(
            regularizers.tychonov_grad, u, tau=tau, n_iter=n_steps, callback=watch
        )
        return torch.stack(path)
        """,
        """
        L = laplacian_hat(*u.shape[-2:], dtype=torch.float64)
        z = torch.fft.fft2(u)
        filters = [(1 - t / n_steps * L) ** n for n in range(n_steps + 1)]
        return torch.stack([torch.fft.ifft2(f * z).real for f in filters])
        """,
        """
        dt = t / n_steps
        return torch.stack([u] + [closed_form.heat(u, n * dt, n) for n in range(1, n_steps + 1)])
        """,
        """
        x = u.clone()
        path = [u]
        for n in range(n_steps):
            near = x.roll(1, -1) + x.roll(-1, -1) + x.roll(1, -2) + x.roll(-1, -2)
            x = x + t / n_steps * (near - 4 * x)
            path.append(x)
        return torch.stack(path)
        """,
        """
        P = torch.empty((n_steps + 1,) + tuple(u.shape), dtype=u.dtype)
        P[0] = u
        for n in range(n_steps):
            P[n + 1] = P[n] + t / n_steps * laplacian(P[n])
        return P
        """,
        """
        def states():
            x = u
            yield x
            for _ in range(n_steps):
                x = x - (t / n_steps) * grad_T(grad(x))
                yield x
        return torch.stack(list(states()))
        """,
        """
        dt = t / n_steps
        a = u.numpy().copy()
        frames = [a.copy()]
        for _ in range(n_steps):
            lap = sum(np.roll(a, s, ax) for s in (-1, 1) for ax in (-2, -1)) - 4 * a
            a += dt * lap
            frames.append(a.copy())
        return torch.from_numpy(np.stack(frames))
        """,
    ],
    wrong={
        """
        dt = t / n_steps
        x = u
        path = [x]
        for n in range(int(t)):
            x = x + dt * laplacian(x)
            path.append(x)
        return torch.stack(path)
        """: "end too early",
        """
        dt = t / n_steps
        x = u
        path = [x]
        for n in range(n_steps):
            x = x + dt * laplacian(x).mean()
            path.append(x)
        return torch.stack(path)
        """: "does not move",
        """
        dt = t / (n_steps - 1)
        x = u
        path = [x]
        for n in range(n_steps):
            x = x + dt * laplacian(x)
            path.append(x)
        return torch.stack(path)
        """: "n_steps − 1",
        """
        dt = t / n_steps
        x = u
        path = [x]
        for n in range(n_steps):
            x = u + dt * laplacian(x)
            path.append(x)
        return torch.stack(path)
        """: "begins at u again",
        changed(EULER, ("t / n_steps", "t")): "whole time",
        changed(EULER, ("u + dt", "u + 2 * dt")): "twice too long",
        changed(EULER, ("u + dt", "u + 0.5 * dt")): "half as long",
        changed(EULER, ("t / n_steps", "t / (n_steps + 1)")): "n_steps steps between",
        changed(EULER, ("u + dt", "u - dt")): "sharpens",
        changed(EULER, ("u + dt", "dt")): "only the change",
        changed(
            EULER,
            ("u + dt * laplacian(u)", "u + change"),
            ("path =", "change = dt * laplacian(u)\npath ="),
        ): "first image in every step",
        changed(EULER, ("u = u + dt", "u += dt")): "argument u",
        changed(
            EULER, ("[u]", "[u]\nu = u.clone()"), ("u = u + dt", "u += dt")
        ): "all your iterates",
        changed(EULER, ("path = [u]", "path = []")): "first one is missing",
        changed(EULER, ("torch.stack(path)", "u")): "last one alone",
        changed(EULER, ("torch.stack(path)", "path")): "list|tuple",
        changed(EULER, ("torch.stack(path)", "torch.cat(path)")): "values are right",
        changed(EULER, ("(n_steps):", "(n_steps + 1):")): "too many",
        changed(EULER, ("(n_steps):", "(1, n_steps):")): "last one is missing",
        changed(EULER, ("laplacian(u)", "grad_T(grad(u))")): "sharpens",
        changed(EULER, ("laplacian(u)", "grad(u)")): "raised",
        changed(EULER, ("t / n_steps", "n_steps / t")): "you divided n_steps by t",
        changed(EULER, ("t / n_steps", "t // n_steps")): "does not move",
        "closed_form.heat(u, t, n_steps)": "last one alone",
        changed(
            EULER, ("u + dt * laplacian(u)", "(u + dt * laplacian(u)).clamp(0, 1)")
        ): "you clamped the images",
        changed(EULER, ("torch.stack(path)", "torch.stack(path[::-1])")): OTHERWISE,
        """
        dt = t / n_steps
        path = [u]
        for _ in range(n_steps):
            path.append(path[-1] + dt * (laplacian(path[-1]) - u))
        return torch.stack(path)
        """: "there is the first image too much",
        """
        dt = t / n_steps
        path = [u]
        for _ in range(n_steps):
            path.append((path[-1] + dt * laplacian(path[-1])).clamp(0, 1))
        return torch.stack(path)
        """: "you clamped the images",
        """
        dt = t / n_steps
        path = [u]
        for _ in range(n_steps):
            path.append(path[-1] + dt * laplacian(laplacian(path[-1])))
        return torch.stack(path)
        """: "you applied the Laplacian twice",
        """
        dt = n_steps / t
        path = [u]
        for _ in range(n_steps):
            path.append(path[-1] + dt * laplacian(path[-1]))
        return torch.stack(path)
        """: "you divided n_steps by t",
        """
        dt = t / n_steps
        path = [u]
        for _ in range(n_steps):
            path.append(path[-1] + dt * grad(path[-1]).sum(dim=-3))
        return torch.stack(path)
        """: "you took the first derivatives instead of the Laplacian",
        """
        dt = t / n_steps
        path = [u]
        for _ in range(n_steps):
            m = path[-1] + dt / 2 * laplacian(path[-1])
            path.append(path[-1] + dt * laplacian(m))
        return torch.stack(path)
        """: "you take Δu in the middle of the step",
    },
)

ANSWERS = (ADJOINT, SYMBOL, DESCENT, SURE, DEBLUR, LIPSCHITZ, HEAT)
