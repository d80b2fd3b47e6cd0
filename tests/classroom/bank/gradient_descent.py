"""Answers to the exercises of notebook 02."""

from classroom.bank import OTHERWISE, Answers

ANSWERS = (
    Answers(
        exercise="gradient_step",
        head="def gradient_step(x, grad, tau):",
        right=[
            """
            return (
                torch.stack([x, grad(x)])
                .mul(torch.tensor([1.0, -tau], dtype=x.dtype).reshape(2, *[1] * x.ndim))
                .sum(0)
            )
            """,
            "x - tau * grad(x)",
            "x + -tau * grad(x)",
            "torch.sub(x, grad(x), alpha=tau)",
            """
            g = grad(x)
            y = x.clone()
            y -= tau * g
            return y
            """,
            "torch.lerp(x, x - grad(x), tau)",
            "x.add(grad(x) * tau * -1)",
        ],
        wrong={
            "tau * grad(x) - x": "sign",
            "(x - tau * grad(x)).clamp(0, 1)": "clamped",
            "lambda n: x - tau * grad(x)": "function",
            "(y for y in [x - tau * grad(x)])": "generator",
            "x - tau * grad(torch.zeros_like(x))": "you took the gradient at 0",
            "x + tau * grad(x)": "uphill",
            "x - grad(x)": "forgot the step size",
            "-tau * grad(x)": "returned the step",
            "tau * grad(x)": "alone: subtract it",
            "x - tau * x": "forgot to call grad",
            "x - tau": "forgot the gradient",
            "x - grad(x) / tau": "divided by tau",
            "x * (1 - tau * grad(x))": "you multiplied the gradient by x",
            "grad(x) - tau * x": "you exchanged x and its gradient",
            """
            x -= tau * grad(x)
            return x
            """: "changed its argument x",
            "x - tau * grad": "raised",
            "print(x - tau * grad(x))": "returned None",
            "x - tau * grad(x).norm()": OTHERWISE,
            "x - tau * grad(x) / grad(x).norm()": "normalised the gradient",
            "(x - tau * grad(x)).sum()": "shape",
            "x - tau * grad(x - tau * grad(x))": "gradient after a step",
            "x - tau**2 * grad(x)": "you squared tau",
        },
    ),
    Answers(
        exercise="descent_path",
        head="def descent_path(grad, x, tau, n_iter):",
        right=[
            """
            if n_iter == 0:
                return x.unsqueeze(0)
            y = x - tau * grad(x)
            return torch.cat([x[None], descent_path(grad, y, tau, n_iter - 1)])
            """,
            """
            from itertools import accumulate

            return torch.stack(
                list(accumulate(range(n_iter), lambda y, _: y - tau * grad(y), initial=x))
            )
            """,
            """
            path = [x.clone()]
            for k in range(n_iter):
                path.append(path[-1] - tau * grad(path[-1]))
            return torch.stack(path, dim=0)
            """,
            """
            path = torch.zeros(n_iter + 1, *x.shape, dtype=x.dtype)
            path[0] = x
            for k in range(1, n_iter + 1):
                path[k] = path[k - 1] - tau * grad(path[k - 1])
            return path
            """,
            """
            y, path = x.clone(), [x]
            for _ in range(n_iter):
                y -= tau * grad(y)
                path.append(y.clone())
            return torch.stack(path)
            """,
            """
            path = x[None]
            while len(path) <= n_iter:
                path = torch.cat([path, (path[-1] - tau * grad(path[-1]))[None]])
            return path
            """,
            """
            path = [x]
            follow = lambda n, y: path.append(y)
            solvers.gradient_descent(grad, x, tau=tau, n_iter=n_iter, callback=follow)
            return torch.stack(path)
            """,
            """
            from itertools import accumulate
            step = lambda y, _: y - tau * grad(y)
            return torch.stack(list(accumulate(range(n_iter), step, initial=x)))
            """,
        ],
        wrong={
            """
            x = x.clone()
            path = [x]
            for _ in range(n_iter):
                x -= tau * grad(x)
                path.append(x)
            return torch.stack(path)
            """: "in place",
            """
            yield x
            for n in range(n_iter):
                x = x - tau * grad(x)
                yield x
            """: "generator",
            """
            path = [x]
            for n in range(n_iter):
                x = x - tau * grad(x)
                path.append(x)
                return torch.stack(path)
            """: "end too early",
            """
            path = [x]
            for _ in range(n_iter):
                path.append(x - tau * grad(x))
            return torch.stack(path)
            """: "never replace x",
            """
            path = []
            for _ in range(n_iter):
                x = x - tau * grad(x)
                path.append(x)
            return torch.stack(path)
            """: "shape",
            """
            path = [x]
            for _ in range(n_iter):
                x = x + tau * grad(x)
                path.append(x)
            return torch.stack(path)
            """: "uphill",
            """
            path = [x]
            for _ in range(n_iter):
                x -= tau * grad(x)
                path.append(x)
            return torch.stack(path)
            """: "changed its argument x",
            """
            path = [x]
            g = grad(x)
            for _ in range(n_iter):
                x = x - tau * g
                path.append(x)
            return torch.stack(path)
            """: "gradient at the start",
            """
            x0, path = x, [x]
            for _ in range(n_iter):
                x = x0 - tau * grad(x)
                path.append(x)
            return torch.stack(path)
            """: "at the start again",
            """
            path = [x]
            for _ in range(n_iter):
                path.append(x)
                x = x - tau * grad(x)
            return torch.stack(path)
            """: "before the step",
            """
            path = []
            for _ in range(n_iter + 1):
                x = x - tau * grad(x)
                path.append(x)
            return torch.stack(path)
            """: "begins after the first step",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - grad(x)
                path.append(x)
            return torch.stack(path)
            """: "forgot the step size",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(x)
                path.append(x)
            return path
            """: "is a list",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(x)
                path.append(x)
            return x
            """: "shape",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(x)
                path.append(x)
            return torch.cat(path)
            """: "shape",
            """
            y, path = x.clone(), [x]
            for _ in range(n_iter):
                y -= tau * grad(y)
                path.append(y)
            return torch.stack(path)
            """: "last point",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(x)
                path.append(x)
                return torch.stack(path)
            """: "shape",
            """
            path = [x]
            for n in range(n_iter):
                x = x - tau / (n + 1) * grad(x)
                path.append(x)
            return torch.stack(path)
            """: "your step is tau/n in round n",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(x)
                path.append(x)
            return torch.stack(path, dim=1)
            """: "shape",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(x)
                path.append(x)
            return torch.stack(path[::-1])
            """: "opposite order",
        },
    ),
    Answers(
        exercise="weighted_gradient",
        head="def weighted_gradient(u, v, A, w):",
        right=[
            """
            r = A(u) - v
            Wr = torch.einsum("bchw,bchw->bchw", w.expand_as(r), r)
            return A.T(Wr)
            """,
            "A.T(w.sqrt() * (w.sqrt() * A(u) - w.sqrt() * v))",
            "A.T(w * (A(u) - v))",
            "A.T(w * A(u)) - A.T(w * v)",
            "-A.T((v - A(u)) * w)",
            """
            x = u.clone().requires_grad_()
            f = 0.5 * (w * (A(x) - v).square()).sum()
            return torch.autograd.grad(f, x)[0]
            """,
            "torch.func.grad(lambda x: (w * (A(x) - v) ** 2).sum() / 2)(u)",
            """
            root = w.sqrt()
            return A.T(root * (root * A(u) - root * v))
            """,
        ],
        wrong={
            "A.T(w * (A(u) - w * v))": OTHERWISE,
            "A.T((w > 0) * (A(u) - v))": "mask of 0 and 1",
            "A.T(A(u) - v)": "forgot the weights",
            "w * A.T(A(u) - v)": "weighed the gradient",
            "A.T(w**2 * (A(u) - v))": "squared the weights",
            "2 * A.T(w * (A(u) - v))": "factor 2",
            "0.5 * A.T(w * (A(u) - v))": "half",
            "w * (A(u) - v)": "forgot the adjoint",
            "A(w * (A(u) - v))": "instead of its adjoint",
            "A.T(w * (v - A(u)))": "sign",
            "A.T(w * A(u))": "forgot the data",
            "A.T(w * A(u) - v)": "whole residual",
            "A.T(A(u) - w * v)": "weighed the data alone",
            "A.T(w * (u - v))": "forgot A",
            "A.T(A(w * u) - v)": "you weighed u instead of the residual",
            "0.5 * (w * (A(u) - v) ** 2).sum()": "shape",
            "A.T(w.sqrt() * (A(u) - v))": "root of the weights",
            "A.T(w * (A(u) - v)) / w.sum()": "divided by the sum of the weights",
            "A.T(w * (A(u) - v)).mean()": "shape",
            "A.T(w * (A(u) - v) ** 2)": "squared the residual",
            "A.T(A(w * (u - v)))": OTHERWISE,
        },
    ),
    Answers(
        exercise="optimal_descent",
        head="def optimal_descent(grad, hessian, x, n_iter):",
        right=[
            """
            path, steps = [x], []
            for _ in range(n_iter):
                d = -grad(path[-1])
                t = -torch.sum(grad(path[-1]) * d) / torch.sum(d * hessian(d))
                steps.append(t.item())
                path.append(path[-1] + t * d)
            return torch.stack(path), torch.tensor(steps, dtype=x.dtype)
            """,
            """
            g = grad(x)
            xs, ts = [x.clone()], []
            while len(ts) < n_iter:
                Hg = hessian(g)
                t = norm(g) ** 2 / dot(g, Hg)
                xs.append(xs[-1] - t * g)
                g = g - t * Hg
                ts.append(t.reshape(1))
            return [torch.stack(xs), torch.cat(ts)]
            """,
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = norm(g) ** 2 / dot(g, hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """,
            """
            path = [x]
            steps = torch.zeros(n_iter)
            for k in range(n_iter):
                g = grad(path[-1])
                steps[k] = (g * g).sum() / (g * hessian(g)).sum()
                path.append(path[-1] - steps[k] * g)
            return torch.stack(path), steps
            """,
            """
            g = grad(x)
            path, steps = [x], []
            for _ in range(n_iter):
                Hg = hessian(g)
                t = dot(g, g) / dot(g, Hg)
                x, g = x - t * g, g - t * Hg
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """,
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = (g.flatten() @ g.flatten()) / (g.flatten() @ hessian(g).flatten())
                x = x - t * g
                path.append(x)
                steps.append(t.item())
            return torch.stack(path), torch.tensor(steps)
            """,
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                d = g / norm(g)
                t = 1 / dot(d, hessian(d))
                x = x - t * g
                path, steps = path + [x], steps + [t]
            return [torch.stack(path), torch.stack(steps)]
            """,
        ],
        wrong={
            """
            path, steps = [x], []
            for _ in range(n_iter + 1):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path[:-1]), torch.stack(steps)
            """: "too many at the end",
            """
            x = x.clone()
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(g))
                x -= t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "in place",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = 0.5 * dot(g, g) / dot(g, hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "half as long",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, hessian(g)) / dot(g, g)
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "upside down",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = norm(g) / dot(g, hessian(g)).sqrt()
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "norms instead of squared norms",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = norm(g) / dot(g, hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "square it",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = 2 * dot(g, g) / dot(g, hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "twice too long",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(x))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "instead of g",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                Hg = hessian(g)
                t = dot(g, Hg) / dot(Hg, Hg)
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "‖∇f‖ along the ray",
            """
            path, steps = [x], []
            g = grad(x)
            t = dot(g, g) / dot(g, hessian(g))
            for _ in range(n_iter):
                x = x - t * grad(x)
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "computed the step once",
            """
            path, steps = [x], []
            g = grad(x)
            for _ in range(n_iter):
                t = dot(g, g) / dot(g, hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "computed the gradient once",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(g))
                x = x + t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "uphill",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path)
            """: "expected 2 values",
            """
            path, steps = [], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "shape of value 1",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), steps
            """: "list",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(g))
                x -= t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "changed its argument x",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(g))
                path.append(x)
                steps.append(t)
                x = x - t * g
            return torch.stack(path), torch.stack(steps)
            """: "before the step",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = g * g / (g * hessian(g))
                x = x - t * g
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "shape of value 2",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                t = dot(g, g) / dot(g, hessian(g))
                x = x - t * g / norm(g)
                path.append(x)
                steps.append(t)
            return torch.stack(path), torch.stack(steps)
            """: "your steps have the right terms",
        },
    ),
    Answers(
        exercise="largest_step",
        head="def largest_step(H):",
        right=[
            """
            x = torch.ones(len(H), dtype=H.dtype)
            for _ in range(20000):
                x = H @ x
                x = x / x.norm()
            return 2 / (x @ H @ x)
            """,
            "2 * torch.linalg.eigvalsh(torch.linalg.inv(H)).min()",
            "2 / torch.linalg.eigvalsh(H).max()",
            "2 / torch.linalg.eigvalsh(H)[-1]",
            "2 / torch.linalg.matrix_norm(H, ord=2)",
            "2 / torch.linalg.svdvals(H)[0]",
            "2 / max(np.linalg.eigvalsh(H.numpy()))",
            "(2 / torch.linalg.eigvals(H).real.max()).item()",
        ],
        wrong={
            "0 < 2 / torch.linalg.eigvalsh(H)[-1]": "torch.bool",
            """
            return (
                2
                / solvers.power_iteration(
                    lambda x: H @ x, torch.ones(len(H), dtype=H.dtype), n_iter=5
                )[0]
            )
            """: OTHERWISE,
            "2 / H.abs().sum(1).max()": "you took the largest sum of a row",
            "1 / torch.linalg.eigvalsh(H).max()": "stopped at 1/L",
            "2 / torch.linalg.eigvalsh(H).min()": "smallest eigenvalue",
            "2 / torch.linalg.norm(H)": "Frobenius",
            "torch.linalg.eigvalsh(H).max()": "L itself",
            "2 * torch.linalg.eigvalsh(H).max()": "multiplied by L",
            "torch.linalg.eigvalsh(H).max() / 2": "inverse of the right one",
            "2 / torch.linalg.eigvalsh(H).sum()": "trace",
            "2 / torch.linalg.eigvalsh(H)": "shape",
            "2 / torch.linalg.eigvalsh(H).mean()": "you averaged the eigenvalues",
            "2 / H.max()": "largest entry",
            "2 / (torch.linalg.eigvalsh(H).max() + torch.linalg.eigvalsh(H).min())": "fastest",
            "2 / torch.linalg.eigvalsh(H.T @ H).max()": "eigenvalue of HᵀH",
            "2 / torch.linalg.det(H)": "you took the determinant",
            "2 / torch.linalg.eigvals(H).max()": "raised",
            "print(2 / torch.linalg.eigvalsh(H).max())": "returned None",
            "2 / torch.linalg.eigvalsh(H).max().sqrt()": "root of L",
        },
    ),
    Answers(
        exercise="distance_bound",
        head="def distance_bound(tau, alpha, n, d0):",
        right=[
            "torch.tensor(1 - tau * alpha, dtype=torch.float64).pow(n / 2) * d0",
            """
            square = d0**2
            for _ in range(n):
                square = square - tau * alpha * square
            return square**0.5
            """,
            "math.sqrt((1 - tau * alpha) ** n) * d0",
            "(1 - tau * alpha) ** (n / 2) * d0",
            "((1 - tau * alpha) ** n * d0**2) ** 0.5",
            "d0 * math.exp(n / 2 * math.log(1 - tau * alpha))",
            """
            square = d0**2
            for _ in range(n):
                square = square * (1 - tau * alpha)
            return np.sqrt(square)
            """,
        ],
        wrong={
            "d0 / (1 - tau * alpha) ** (n / 2)": OTHERWISE,
            "(1 - tau * alpha) ** (n / 2) <= d0": "bool",
            "(1 - tau * alpha / 2) ** n * d0": "for the root",
            "(1 - tau * alpha) ** n / 2 * d0": "halved the power",
            "(1 - tau * alpha) ** n * d0": "as if it were squared",
            "(1 - tau * alpha) ** n * d0**2": "bounded the squared distance",
            "math.sqrt((1 - tau * alpha) ** n)": "left out the initial distance",
            "(1 - tau * alpha) ** (2 * n) * d0": "square instead of the root",
            "math.sqrt((1 - tau * alpha) ** n * d0)": "√d0",
            "math.sqrt((1 - tau * alpha) ** n) * d0**2": "by the factor d0",
            "(1 + tau * alpha) ** (n / 2) * d0": "wrong sign",
            "(1 - tau) ** (n / 2) * d0": "forgot alpha",
            "(1 - alpha) ** (n / 2) * d0": "forgot tau",
            "(1 - tau * alpha) ** (n // 2) * d0": "rounds down",
            "(1 - tau * alpha * n) * d0": OTHERWISE,
            "math.sqrt(1 - (tau * alpha) ** n) * d0": OTHERWISE,
            "(1 - tau * alpha) ** ((n + 1) / 2) * d0": "one step too many",
            "(1 - tau * alpha) ** ((n - 1) / 2) * d0": "one step too few",
            "math.sqrt(1 - tau * alpha) * d0": "forgot n",
            "math.sqrt((1 - tau / alpha) ** n) * d0": "you divided tau by alpha",
        },
    ),
    Answers(
        exercise="power_estimates",
        head="def power_estimates(hessian, x, n_iter):",
        right=[
            """
            x = torch.nn.functional.normalize(x.flatten(), dim=0).reshape(x.shape)
            out = []
            while len(out) < n_iter:
                y = hessian(x)
                out.append(torch.tensordot(x, y, dims=x.ndim))
                x = y / torch.linalg.vector_norm(y)
            return torch.stack(out)
            """,
            """
            L, y = [], x
            for n in range(n_iter):
                z = hessian(y)
                L.append((dot(y, z) / dot(y, y)).item())
                y = z / z.abs().max()
            return torch.tensor(L, dtype=x.dtype)
            """,
            """
            x = x / norm(x)
            values = []
            for _ in range(n_iter):
                y = hessian(x)
                values.append((x * y).sum())
                x = y / y.norm()
            return torch.stack(values)
            """,
            """
            values = torch.zeros(n_iter)
            for k in range(n_iter):
                x = x / torch.linalg.vector_norm(x)
                y = hessian(x)
                values[k] = dot(x, y)
                x = y
            return values
            """,
            """
            values = []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(float(dot(x, y) / dot(x, x)))
                x = y
            return torch.tensor(values)
            """,
            """
            x = x / norm(x)
            values = []
            for _ in range(n_iter):
                values.append(dot(x, hessian(x)))
                x = hessian(x) / norm(hessian(x))
            return torch.stack(values)
            """,
            """
            values = []
            while len(values) < n_iter:
                x = x / x.flatten().norm()
                x, old = hessian(x), x
                values += [torch.sum(old * x)]
            return torch.stack(values)
            """,
        ],
        wrong={
            """
            x = x / norm(x) ** 2
            L = []
            for _ in range(n_iter):
                Hx = hessian(x)
                L.append(dot(x, Hx))
                x = Hx / norm(Hx)
            return torch.stack(L)
            """: "everywhere but at \\[0\\]",
            """
            x = torch.randn_like(x)
            x = x / norm(x)
            L = []
            for _ in range(n_iter):
                Hx = hessian(x)
                L.append(dot(x, Hx))
                x = Hx / norm(Hx)
            return torch.stack(L)
            """: "random numbers",
            """
            x = x / x.sum()
            L = []
            for _ in range(n_iter):
                Hx = hessian(x)
                L.append(dot(x, Hx))
                x = Hx / Hx.sum()
            return torch.stack(L)
            """: "you normalise by the sum",
            """
            values = []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(x, y))
                x = y / norm(y)
            return torch.stack(values)
            """: "normalise the start",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(x, y))
                x = y
            return torch.stack(values)
            """: "never normalise in the loop",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(norm(y))
                x = y / norm(y)
            return torch.stack(values)
            """: r"estimate is ‖Hx‖: use",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(y, y))
                x = y / norm(y)
            return torch.stack(values)
            """: "‖Hx‖²",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(x, y).sqrt())
                x = y / norm(y)
            return torch.stack(values)
            """: "took the root|square root",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(x, y))
                x = y / y.abs().max()
            return torch.stack(values)
            """: "largest value",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                x = hessian(x)
                x = x / norm(x)
                values.append(dot(x, hessian(x)))
            return torch.stack(values)
            """: "comes after the first step|after the first",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                x = y / norm(y)
                values.append(dot(x, y))
            return torch.stack(values)
            """: "estimate is ‖Hx‖",
            """
            x = x / norm(x)
            for _ in range(n_iter):
                y = hessian(x)
                value = dot(x, y)
                x = y / norm(y)
            return value
            """: "shape",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(x, y))
                x = y / norm(y)
            return values
            """: "list",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter + 1):
                y = hessian(x)
                values.append(dot(x, y))
                x = y / norm(y)
            return torch.stack(values)
            """: "shape",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(x, y))
                y = y / norm(y)
            return torch.stack(values)
            """: "never replace x",
            """
            x /= norm(x)
            values = []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(x, y))
                x = y / norm(y)
            return torch.stack(values)
            """: "changed its argument x",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(hessian(x))
                values.append(dot(x, hessian(x)))
                x = y / norm(y)
            return torch.stack(values)
            """: "twice",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(x, y))
                x = y / norm(y) ** 2
            return torch.stack(values)
            """: "you divided by the squared length",
            """
            x, values = x / x.sum(), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append(dot(x, y))
                x = y / norm(y)
            return torch.stack(values)
            """: "everywhere but at|Euclidean norm|first",
            """
            x, values = x / norm(x), []
            for _ in range(n_iter):
                y = hessian(x)
                values.append((x * y).mean())
                x = y / norm(y)
            return torch.stack(values)
            """: "mean",
        },
    ),
    Answers(
        exercise="backtrack",
        head="def backtrack(f, grad, x, tau, n_iter):",
        right=[
            """
            values = []
            fx = f(x)
            for n in range(n_iter):
                g = grad(x)
                g2 = g.square().sum()
                k = 0
                while f(x - tau * 0.5**k * g) > fx - 0.5 * tau * 0.5**k * g2:
                    k += 1
                tau = tau * 0.5**k
                x = x - tau * g
                fx = f(x)
                values += [float(fx)]
                tau = tau * 6 / 5
            return [x, torch.tensor(values, dtype=x.dtype)]
            """,
            """
            values = []
            for _ in range(n_iter):
                g = grad(x)
                while f(x - tau * g) > f(x) - tau / 2 * norm(g) ** 2:
                    tau /= 2
                x = x - tau * g
                values.append(f(x))
                tau *= 1.2
            return x, torch.stack(values)
            """,
            """
            values = torch.zeros(n_iter)
            for k in range(n_iter):
                g, here = grad(x), f(x)
                while True:
                    y = x - tau * g
                    if f(y) <= here - 0.5 * tau * (g * g).sum():
                        break
                    tau = 0.5 * tau
                x, values[k] = y, f(y)
                tau = tau * 1.2
            return x, values
            """,
            """
            values = [f(x)]
            for _ in range(n_iter):
                g = grad(x)
                y = x - tau * g
                while f(y) - values[-1] > -tau / 2 * dot(g, g):
                    tau = tau / 2
                    y = x - tau * g
                x = y
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values[1:])
            """,
            """
            values = []
            for n in range(n_iter):
                if n > 0:
                    tau = 1.2 * tau
                g = grad(x)
                while f(x - tau * g) > f(x) - tau / 2 * norm(g).square():
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x).item())
            return x, torch.tensor(values)
            """,
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                slope = float(dot(g, g))
                while (here - f(x - tau * g)) / tau < slope / 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 6 * tau / 5
            return [x, torch.stack(values)]
            """,
        ],
        wrong={
            """
            values = []
            for n in range(n_iter):
                g = grad(x)
                while f(x - tau * g) > f(x) - tau / 2 * dot(g, g):
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = tau + 1.2
            return x, torch.stack(values)
            """: r"you added 1\.2 to tau",
            """
            values = []
            for n in range(n_iter):
                g = grad(x)
                while f(x - tau * g) > f(x) - tau / 2 * dot(g, g):
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau *= 1.2
            return x, torch.stack(values), tau
            """: "3 values",
            """
            values = []
            for n in range(n_iter):
                if n == 0:
                    g = grad(x)
                g = grad(x)
                while f(x - tau * g) > f(x) - tau / 2 * dot(g, g):
                    tau = tau / 2
                    g = grad(x - tau * g)
                x = x - tau * g
                values.append(f(x))
                tau *= 1.2
            return x, torch.stack(values)
            """: "called 500 times",
            """
            values = [f(x)]
            for n in range(n_iter):
                g = grad(x)
                while f(x - tau * g) > f(x) - tau / 2 * dot(g, g):
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau *= 1.2
            return x, torch.stack(values)
            """: "too many at the beginning",
            """
            values = []
            for n in range(n_iter):
                g = grad(x)
                while f(x - tau * g) > f(x) - tau / 2 * dot(g, g):
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = tau * 2
            return x, torch.stack(values)
            """: "double tau",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "any fall",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "only tiny steps",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g):
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "square of ‖g‖",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                if f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "while instead of if",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
            return x, torch.stack(values)
            """: "lengthen",
            """
            values = []
            for _ in range(n_iter):
                t, g, here = tau, grad(x), f(x)
                while f(x - t * g) > here - t / 2 * norm(g) ** 2:
                    t = t / 2
                x = x - t * g
                values.append(f(x))
            return x, torch.stack(values)
            """: "first tau again",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(here)
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "before the step",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) < here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: OTHERWISE,
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = 2 * tau
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "does the inner loop end|raised",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x + tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x + tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "along −g",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x
            """: "expected 2 values",
            """
            values = [f(x)]
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "shape of value 2",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                    x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "inner loop|raised|inside",
            """
            values = []
            g, here = grad(x), f(x)
            for _ in range(n_iter):
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: OTHERWISE,
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x -= tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "changed its argument x",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "is its argument x, unchanged",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                tau = 1.2 * tau
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
            return x, torch.stack(values)
            """: "before the first step",
        },
    ),
    Answers(
        exercise="accelerated",
        head="def accelerated(grad, x, L, alpha, n_iter):",
        right=[
            """
            path = x.repeat(n_iter + 1, *[1] * x.ndim)
            r = math.sqrt(float(alpha) / float(L))
            y = x.clone()
            for n in range(1, n_iter + 1):
                path[n] = y - grad(y) / L
                y = path[n] + (1 - r) / (1 + r) * (path[n] - path[n - 1])
            return path
            """,
            """
            beta = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            old = x
            path = [x]
            for n in range(n_iter):
                y = x + beta * (x - old)
                old, x = x, y - grad(y) / L
                path.append(x)
            return torch.stack(path)
            """,
            """
            b = (L**0.5 - alpha**0.5) / (L**0.5 + alpha**0.5)
            path, y = [x], x
            for _ in range(n_iter):
                new = y - grad(y) / L
                y = new + b * (new - path[-1])
                path.append(new)
            return torch.stack(path)
            """,
            """
            q = math.sqrt(alpha / L)
            b = (1 - q) / (1 + q)
            path = [x, x - grad(x) / L]
            for _ in range(n_iter - 1):
                y = path[-1] + b * (path[-1] - path[-2])
                path.append(y - grad(y) / L)
            return torch.stack(path)
            """,
            """
            path = torch.zeros(n_iter + 1, *x.shape)
            path[0] = x
            y = x.clone()
            b = (torch.sqrt(L) - torch.sqrt(alpha)) / (torch.sqrt(L) + torch.sqrt(alpha))
            for k in range(n_iter):
                path[k + 1] = y - 1 / L * grad(y)
                y = (1 + b) * path[k + 1] - b * path[k]
            return path
            """,
            """
            path = [x]
            solvers.accelerated_gradient(
                grad,
                x,
                L=float(L),
                alpha=float(alpha),
                n_iter=n_iter,
                callback=lambda n, z: path.append(z),
            )
            return torch.stack(path)
            """,
            """
            kappa = (L / alpha).sqrt().item()
            y, path = x, [x]
            for _ in range(n_iter):
                x_new = y - grad(y).div(L)
                y = torch.lerp(x, x_new, 1 + (kappa - 1) / (kappa + 1))
                x = x_new
                path.append(x)
            return torch.stack(path)
            """,
        ],
        wrong={
            """
            beta = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y = x
            path = [x]
            for n in range(n_iter):
                new = y - grad(y) / L
                y = x + beta * (new - x)
                x = new
                path.append(x)
            return torch.stack(path)
            """: "your y lies between x and its predecessor",
            """
            beta = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y = x
            path = [x]
            for n in range(n_iter):
                new = y - grad(y) / L
                y = new + beta * (new - y)
                x = new
                path.append(x)
            return torch.stack(path)
            """: "difference to y",
            """
            beta = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y = x
            path = [x]
            for n in range(n_iter):
                new = y - grad(y)
                y = new + beta * (new - x)
                x = new
                path.append(x)
            return torch.stack(path)
            """: "forgot 1/L",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, x - grad(x) / L
                y = x + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "no momentum",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(x) / L
                y = x + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "extrapolated point y",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x = y - grad(y) / L
                x_old = x
                y = x + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "no momentum",
            """
            b = (L - alpha) / (L + alpha)
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "roots in β",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + b * (x_old - x)
                path.append(x)
            return torch.stack(path)
            """: "backwards",
            """
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "forgot β",
            """
            b = (L.sqrt() + alpha.sqrt()) / (L.sqrt() - alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "upside down",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + b * (x - x_old)
                path.append(y)
            return torch.stack(path)
            """: "points y",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                path.append(x)
                x_old, x = x, y - grad(y) / L
                y = x + b * (x - x_old)
            return torch.stack(path)
            """: "before the step",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) * L
                y = x + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "divide by it",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, []
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "shape",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y = x
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + b * (x - x_old)
            return x
            """: "shape",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y + grad(y) / L
                y = x + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "uphill",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, x_old, path = x, x, [x]
            for _ in range(n_iter):
                x = y - grad(y) / L
                y = x + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "renew x_old",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = y + b * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "you extrapolate from y",
            """
            b = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x.clone(), [x.clone()]
            for _ in range(n_iter):
                x_old = x
                x[:] = y - grad(y) / L
                y = x + b * (x - x_old)
                path.append(x.clone())
            return torch.stack(path)
            """: "changed its argument x",
            """
            y, path, t = x, [x], 1.0
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                t_old, t = t, (1 + math.sqrt(1 + 4 * t**2)) / 2
                y = x + (t_old - 1) / t * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "your steps have the right terms",
        },
    ),
    Answers(
        exercise="descent_filter",
        head="def descent_filter(s, tau, n):",
        right=[
            """
            return solvers.gradient_descent(
                lambda x: s * (s * x - 1), torch.zeros_like(s), tau=tau, n_iter=n
            )
            """,
            "(1 - (1 - tau * s**2) ** n) / s",
            "1 / s - torch.pow(1 - tau * s.square(), n) / s",
            "s.reciprocal() * (1 - torch.exp(n * torch.log(1 - tau * s * s + 0j))).real",
            """
            x = torch.zeros_like(s)
            for _ in range(n):
                x = x + tau * s * (1 - s * x)
            return x
            """,
            "tau * s * sum((1 - tau * s**2) ** k for k in range(n))",
        ],
        wrong={
            "(1 - torch.exp(-n * tau * s**2)) / s": "tiny steps",
            "1 - (1 - tau * s**2) ** n / s": "parentheses",
            "(1 - tau * s**2) ** n": "factor of the error",
            "1 - (1 - tau * s**2) ** n": "divide by s",
            "1 / s": "limit",
            "(1 - tau * s**2) ** n / s": "missing part",
            "(1 - (1 - tau * s) ** n) / s": "s instead of s²",
            "(1 - (1 - tau * s**2) ** (n + 1)) / s": "one step too many",
            "(1 - (1 - tau * s**2) ** (n - 1)) / s": "one step too few",
            "((1 - tau * s**2) ** n - 1) / s": "sign",
            "(1 - (1 - tau * s**2) ** n) * s": "multiplied by s",
            "(1 - (1 - tau * s**2) ** n) / s**2": r"divided by s²",
            "(1 - (1 - s**2) ** n) / s": "forgot the step",
            "(1 - (1 - tau * s**2)) ** n / s": "you took the power of the whole",
            "(1 + (1 - tau * s**2) ** n) / s": "the sign of the power is wrong",
            "(1 - (1 - 2 * tau * s**2) ** n) / s": "you doubled tau",
            "n * tau * s": "you took the first order",
            "(1 - (1 - tau * s**2) ** (2 * n)) / s": "each step twice",
            "(1 - (1 - tau * s**2) * n) / s": "it is a power",
        },
    ),
)
