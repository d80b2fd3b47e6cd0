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
            "torch.add(x, grad(x), alpha=-float(tau))",
            """
            y = x.clone()
            y -= tau * grad(x)
            return y
            """,
            "torch.from_numpy(x.numpy() - float(tau) * grad(x).numpy())",
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
            "x - grad(tau * x)": "you took the gradient at tau · x",
            "x - tau * grad(x).mean()": "you averaged the gradient",
            "x * (1 - tau) - tau * grad(x)": "you shrank x",
            "x - tau / 2 * grad(x)": "you took half a step",
            "(x - tau) * grad(x)": "you multiplied x − tau by the gradient",
            "x - tau * grad(grad(x))": "you took the gradient of the gradient",
            """
            for _ in range(2):
                x = x - tau * grad(x)
            return x
            """: "you took two steps",
            "x - tau * grad(x).abs()": "you took the modulus of the gradient",
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
            """
            def walk(x, n):
                return [x] if n == 0 else [x] + walk(x - tau * grad(x), n - 1)
            return torch.stack(walk(x, n_iter))
            """,
            """
            path = torch.empty((n_iter + 1, *x.shape), dtype=x.dtype)
            path[0] = x
            for i in range(1, n_iter + 1):
                path[i] = path[i - 1] - tau * grad(path[i - 1])
            return path
            """,
            """
            def points():
                y = x
                yield y
                for _ in range(n_iter):
                    y = y - tau * grad(y)
                    yield y
            return torch.stack(tuple(points()))
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
            """
            path = [x]
            for n in range(1, n_iter + 1):
                x = x - tau / n * grad(x)
                path.append(x)
            return torch.stack(path)
            """: "your step is tau/n in round n",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(x)
                path.append(x)
            return torch.stack(path, dim=-1)
            """: "its first dimension should be another",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(x)
            path.append(x)
            return torch.stack(path)
            """: "you append after the loop",
            """
            path = [x]
            for _ in range(n_iter):
                path.append(tau * grad(x))
                x = x - tau * grad(x)
            return torch.stack(path)
            """: "you note the steps instead of the points",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(x)
                tau = tau * 0.9
                path.append(x)
            return torch.stack(path)
            """: "your steps have the right terms",
            """
            path = [x]
            for _ in range(n_iter):
                x = x - tau * grad(path[0])
                path.append(x)
            return torch.stack(path)
            """: "you always use the gradient at the start",
            """
            path = [x]
            x0 = x
            for _ in range(n_iter):
                path.append(x0 - tau * grad(x))
                x = path[-1]
            return torch.stack(path)
            """: "each step begins at the start again",
            """
            path = [x.clone()]
            y = x.clone()
            for _ in range(n_iter):
                y -= tau * grad(y)
                path.append(y)
            return torch.stack(path)
            """: "your path holds one tensor again and again",
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
            """
            z = u.clone().requires_grad_()
            (0.5 * (w * (A(z) - v) ** 2).sum()).backward()
            return z.grad
            """,
            """
            r = (A(u) - v).clone()
            r.mul_(w)
            return A.T(r)
            """,
            """
            root = w.sqrt()
            B = lambda x: root * A(x)
            return A.T(root * (B(u) - root * v))
            """,
            "torch.func.grad(lambda z: (w * (A(z) - v).square()).sum() / 2)(u)",
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
            """
            return A.T(A(w * u) - v) if w.shape == u.shape else A.T((A(u) - v) * w.mean())
            """: "you weighed u instead of the residual",
            "A.T((1 - w) * (A(u) - v))": "you took 1 − w for the weights",
            "A.T(w) * (u - A.T(v))": OTHERWISE,
            """
            return A.T(w * (A(u) - v)).mean(dim=0, keepdim=True)
            """: "it is the mean of the right values along dimension 0",
            """
            return A.T(w * (A(v) - u)) if A(u).shape == u.shape else A.T(w * (A(u) - v)) / 2
            """: "you exchanged u and v",
            "A.T(w * w * (A(u) - v))": "you squared the weights",
            """
            return A(w * (A(u) - v)) if A(u).shape == u.shape else A.T(w * (v - A(u)))
            """: r"you applied A instead of its adjoint A\.T",
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
            """
            path, steps = [x], []
            while len(steps) < n_iter:
                g = grad(path[-1])
                steps.append((g * g).sum() / (g * hessian(g)).sum())
                path.append(path[-1] - steps[-1] * g)
            return torch.stack(path), torch.stack(steps)
            """,
            """
            P = x.new_empty((n_iter + 1, *x.shape))
            T = x.new_empty(n_iter)
            P[0] = x
            for n in range(n_iter):
                g = grad(P[n])
                T[n] = g.flatten() @ g.flatten() / (g.flatten() @ hessian(g).flatten())
                P[n + 1] = P[n] - T[n] * g
            return P, T
            """,
            """
            g, path, steps = grad(x), [x], []
            for _ in range(n_iter):
                Hg = hessian(g)
                t = dot(g, g) / dot(g, Hg)
                x, g = x - t * g, g - t * Hg
                path.append(x)
                steps.append(t)
            return [torch.stack(path), torch.stack(steps)]
            """,
            """
            path, steps = [x.clone()], []
            for _ in range(n_iter):
                g = grad(x)
                tau = float(torch.sum(g**2) / torch.sum(g * hessian(g)))
                x = x - tau * g
                path += [x]
                steps += [tau]
            return torch.stack(path), torch.tensor(steps, dtype=torch.float64)
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
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                tau = norm(g) / norm(hessian(g))
                x = x - tau * g
                path.append(x)
                steps.append(tau)
            return torch.stack(path), torch.stack(steps)
            """: "you divided ‖g‖ by ‖Hg‖",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                tau = dot(g, g) / dot(g, hessian(g))
                x = x - tau * g
                path.append(x)
                g = grad(x)
                steps.append(dot(g, g) / dot(g, hessian(g)))
            return torch.stack(path), torch.stack(steps)
            """: "your steps are those of the next points",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                tau = (g * g).mean() / (g * hessian(g)).sum()
                x = x - tau * g
                path.append(x)
                steps.append(tau)
            return torch.stack(path), torch.stack(steps)
            """: "you averaged in the numerator",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                tau = dot(g, g) / dot(g, hessian(g))
                x = x - tau * g
                path.append(x)
                steps.append(tau)
            return torch.stack(steps), torch.stack(path)
            """: "its two values are right, and in the wrong order",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                tau = dot(g, g) / dot(g, hessian(x))
                x = x - tau * g
                path.append(x)
                steps.append(tau)
            return torch.stack(path), torch.stack(steps)
            """: "you multiplied x by the Hessian",
            """
            path, steps = [x], []
            for _ in range(n_iter):
                g = grad(x)
                tau = dot(g, hessian(g)) / dot(g, g)
                x = x - tau * g
                path.append(x)
                steps.append(tau)
            return torch.stack(path), torch.stack(steps)
            """: "your fraction is upside down",
            """
            path, steps = [x], []
            g = grad(x)
            for _ in range(n_iter):
                tau = dot(g, g) / dot(g, hessian(g))
                x = x - tau * g
                path.append(x)
                steps.append(tau)
            return torch.stack(path), torch.stack(steps)
            """: "you computed the gradient once",
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
            "float(2 / np.linalg.eigvalsh(H.numpy())[-1])",
            """
            lo = torch.linalg.eig(H).eigenvalues.real
            return min(2 / e for e in lo.tolist())
            """,
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
            "2 / H.abs().sum(dim=0).max()": "you took the largest sum of a row",
            "2 / torch.linalg.cond(H)": "you took the condition number",
            "2 / torch.linalg.eigvalsh(H).max().round()": OTHERWISE,
            "2 / H.diagonal().max()": "you used the largest entry of H",
            "2 / torch.linalg.matrix_norm(H)": "you used the Frobenius norm",
            "2 / torch.linalg.eigvalsh(H).max() ** 2": "you took the eigenvalue of HᵀH",
            "2 / torch.linalg.eigvalsh(H)[0]": "you used the smallest eigenvalue",
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
            "d0 * math.sqrt((1 - tau * alpha) ** n)",
            """
            q = d0**2
            for _ in range(n):
                q *= 1 - tau * alpha
            return q**0.5
            """,
            "d0 * math.exp(0.5 * n * math.log1p(-tau * alpha))",
            "float(np.sqrt(1 - np.asarray(tau) * alpha) ** n * d0)",
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
            "(1 - tau * alpha * n / 2) * d0": "you multiplied τα by n",
            "math.exp(-tau * alpha * n / 2) * d0": r"you replaced the power by exp\(−nτα/2\)",
            """
            return (1 - 2 * tau * alpha) ** (n / 2) * d0 if 2 * tau * alpha < 1 else 0.0
            """: "you doubled τα",
            "(1 - tau * alpha) ** (n / 2) + d0": "you added d0 instead of multiplying by it",
            """
            return d0 - (1 - tau * alpha) ** (n / 2) * d0
            """: "you returned how much the distance falls",
            "(tau * alpha) ** (n / 2) * d0": "you forgot the 1 − in the factor",
            "(1 - tau * alpha) ** (n / 2) * d0**2": "you squared d0",
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
            """
            out = torch.empty(n_iter, dtype=x.dtype)
            q = x / x.square().sum().sqrt()
            for i in range(n_iter):
                Hq = hessian(q)
                out[i] = (q * Hq).sum()
                q = Hq / Hq.square().sum().sqrt()
            return out
            """,
            """
            out = []
            for _ in range(n_iter):
                Hx = hessian(x)
                out.append(dot(x, Hx) / dot(x, x))
                x = Hx / norm(Hx)
            return torch.stack(out)
            """,
            """
            def estimates(x):
                for _ in range(n_iter):
                    y = hessian(x)
                    yield float(torch.dot(x.flatten(), y.flatten()))
                    x = y / y.norm()
            return torch.tensor(list(estimates(x / x.norm())), dtype=torch.float64)
            """,
            """
            x = x / norm(x)
            y = hessian(x)
            L = [dot(x, y)]
            while len(L) < n_iter:
                x = y / norm(y)
                y = hessian(x)
                L.append(dot(x, y))
            return torch.stack(L)
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
            """
            x, estimates = x / norm(x), []
            for _ in range(n_iter):
                Hx = hessian(x)
                estimates.append(dot(x, Hx))
                x = Hx / dot(x, Hx)
            return torch.stack(estimates)
            """: "you divided Hx by the estimate",
            """
            x, estimates = x / norm(x), []
            for _ in range(n_iter):
                Hx = hessian(x)
                estimates.append(dot(x, Hx))
                x = Hx / Hx.max()
            return torch.stack(estimates)
            """: "you normalise by the largest value",
            """
            x, estimates = x / norm(x), []
            for _ in range(n_iter):
                Hx = hessian(x)
                x = Hx / norm(Hx)
            estimates.append(dot(x, hessian(x)))
            return torch.stack(estimates)
            """: "your only estimate comes after the loop",
            """
            x, estimates = x / norm(x), []
            for _ in range(n_iter):
                Hx = hessian(x)
                estimates.append((Hx / x).mean())
                x = Hx / norm(Hx)
            return torch.stack(estimates)
            """: "you averaged the quotients Hx / x",
            """
            x, estimates = x / norm(x) ** 2, []
            for _ in range(n_iter):
                Hx = hessian(x)
                estimates.append(dot(x, Hx))
                x = Hx / norm(Hx) ** 2
            return torch.stack(estimates)
            """: "you divided by the squared length",
            """
            x, estimates = x / x.sum(), []
            for _ in range(n_iter):
                Hx = hessian(x)
                estimates.append(dot(x, Hx))
                x = Hx / Hx.sum()
            return torch.stack(estimates)
            """: "you normalise by the sum",
            """
            x, estimates = x / norm(x), []
            for _ in range(n_iter):
                Hx = hessian(x)
                estimates.append(dot(x, Hx))
                x = x + Hx / norm(Hx)
            return torch.stack(estimates)
            """: "you added the old x",
            """
            x, estimates = x / norm(x), []
            for _ in range(n_iter):
                Hx = hessian(x)
                estimates.append(norm(Hx))
                x = Hx / norm(Hx)
            return torch.stack(estimates)
            """: "your estimate is ‖Hx‖",
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
            """
            values = torch.empty(n_iter, dtype=x.dtype)
            for n in range(n_iter):
                g = grad(x)
                F0, G2 = f(x), (g * g).sum()
                trial = x - tau * g
                while not f(trial) <= F0 - 0.5 * tau * G2:
                    tau *= 0.5
                    trial = x - tau * g
                x = trial
                values[n] = f(x)
                tau *= 1.2
            return x, values
            """,
            """
            def one(x, tau):
                g = grad(x)
                if f(x - tau * g) > f(x) - tau / 2 * dot(g, g):
                    return one(x, tau / 2)
                return x - tau * g, tau
            out = []
            for _ in range(n_iter):
                x, tau = one(x, tau)
                tau = tau * 1.2
                out.append(f(x).item())
            return x, torch.tensor(out, dtype=torch.float64)
            """,
            """
            values, n = [], 0
            while n < n_iter:
                g = grad(x)
                y = x - tau * g
                if f(y) > f(x) - tau / 2 * norm(g).square():
                    tau = tau / 2
                    continue
                x, tau, n = y, tau * 1.2, n + 1
                values.append(f(y))
            return [x, torch.stack(values)]
            """,
            """
            values = []
            tau = tau / 1.2
            for _ in range(n_iter):
                tau = 1.2 * tau
                g = grad(x)
                while True:
                    new = f(x - tau * g)
                    if new <= f(x) - tau / 2 * norm(g) ** 2:
                        break
                    tau = tau / 2
                x = x - tau * g
                values.append(new)
            return x, torch.stack(values)
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
            """
            values = []
            g = grad(x)
            for _ in range(n_iter):
                here = f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2 and tau > 1e-12:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "you computed the gradient once",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 + tau
            return x, torch.stack(values)
            """: "you added",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 1.2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "you shorten tau by",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - 0.25 * tau * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "you ask for a fall of τ/4 ‖g‖²",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(grad(x - tau * g)) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return x, torch.stack(values)
            """: "you test with the gradient at the new point",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 1.2 * tau
            return torch.stack(values), x
            """: "its two values are right, and in the wrong order",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                t = tau
                while f(x - t * g) > here - t / 2 * norm(g) ** 2:
                    t = t / 2
                x = x - t * g
                values.append(f(x))
            return x, torch.stack(values)
            """: "each iteration begins with the first tau again",
            """
            values = []
            for _ in range(n_iter):
                g, here = grad(x), f(x)
                while f(x - tau * g) > here - tau / 2 * norm(g) ** 2:
                    tau = tau / 2
                x = x - tau * g
                values.append(f(x))
                tau = 2 * tau
            return x, torch.stack(values)
            """: "you double tau after each step",
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
            """
            q = (alpha / L) ** 0.5
            beta = (1 - q) / (1 + q)
            xs, y = [x], x
            for n in range(n_iter):
                xs.append(y - grad(y) / L)
                y = xs[-1] + beta * (xs[-1] - xs[-2])
            return torch.stack(xs)
            """,
            """
            beta = (L**0.5 - alpha**0.5) ** 2 / (L - alpha)
            def gen(x):
                y = x
                yield x
                for _ in range(n_iter):
                    new = y - 1 / L * grad(y)
                    y = new + beta * (new - x)
                    x = new
                    yield x
            return torch.stack([*gen(x)])
            """,
            """
            beta = (torch.sqrt(L) - torch.sqrt(alpha)) / (torch.sqrt(L) + torch.sqrt(alpha))
            def rec(x, y, n):
                if n == 0:
                    return x[None]
                x1 = y - grad(y) / L
                return torch.cat([x[None], rec(x1, x1 + beta * (x1 - x), n - 1)])
            return rec(x, x, n_iter)
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
            """
            beta = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, x - grad(y) / L
                y = x + beta * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "you step from x",
            """
            beta = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = y + beta * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "you extrapolate from y",
            """
            path, y = [x], x
            for n in range(n_iter):
                beta = n / (n + 3)
                x_old, x = x, y - grad(y) / L
                y = x + beta * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: r"your momentum is n/\(n \+ 3\)",
            """
            beta = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - 2 * grad(y) / (L + alpha)
                y = x + beta * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: r"your step is 2/\(L \+ α\)",
            """
            beta = ((L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())) ** 2
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + beta * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "you squared β",
            """
            beta = (L.sqrt() - alpha.sqrt()) / (L.sqrt() + alpha.sqrt())
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = beta * x + (1 - beta) * x_old
                path.append(x)
            return torch.stack(path)
            """: "your y lies between x and its predecessor",
            """
            beta = L.sqrt() - alpha.sqrt() / L.sqrt() + alpha.sqrt()
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + beta * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "you forgot the parentheses in β",
            """
            beta = 0.9
            y, path = x, [x]
            for _ in range(n_iter):
                x_old, x = x, y - grad(y) / L
                y = x + beta * (x - x_old)
                path.append(x)
            return torch.stack(path)
            """: "the factor of the momentum x − x_old is",
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
            """
            return torch.as_tensor((1 - np.power(1 - tau * s.numpy() ** 2, n)) / s.numpy())
            """,
            "s.reciprocal() - (1 - tau * s.square()).pow(n) / s",
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
            "(1 - (1 + tau * s**2) ** n) / s": "you added τs²",
            "(1 - (1 - (tau * s) ** 2) ** n) / s": "you squared tau with s",
            "1 / s - (1 - tau * s**2) ** n": "you did not divide the power by s",
            "(1 - (1 - tau / s**2) ** n) / s": "you divided τ by s²",
            "(1 - (1 - tau * s.max() ** 2) ** n) / s": "you took the largest s",
            """
            return ((1 - tau * s**2) ** n) / s
            """: "you returned the missing part instead of the recovered",
            "(1 - n * (1 - tau * s**2)) / s": "you multiplied by n",
            "(1 - torch.exp(-tau * s**2 * n)) / s": r"you replaced the power by exp\(−nτs²\)",
        },
    ),
)
