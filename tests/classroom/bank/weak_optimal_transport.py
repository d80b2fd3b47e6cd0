"""Answers to the exercises of notebook 11."""

from classroom.bank import OTHERWISE, Answers

POWER = """
def power(S, p):
    values, vectors = torch.linalg.eigh(S)
    return vectors * values**p @ vectors.mT
"""
CHEAPEST = """
from scipy.optimize import linear_sum_assignment

def cheapest(slope):
    plan, (rows, columns) = torch.zeros_like(slope), linear_sum_assignment(slope)
    plan[rows, columns] = 1 / len(slope)
    return plan
"""
PUSH = "from mvacourse.transport import push"

ANSWERS = (
    Answers(
        exercise="gaussian_map",
        head="def gaussian_map(S0, S1):",
        before=POWER,
        right=[
            """
            L = torch.linalg.cholesky(S0)
            back = torch.linalg.inv(L)
            return back.T @ power(L.T @ S1 @ L, 0.5) @ back
            """,
            """
            root, inverse = power(S0, 0.5), power(S0, -0.5)
            return inverse @ power(root @ S1 @ root, 0.5) @ inverse
            """,
            """
            r = power(S1, 0.5)
            return r @ power(r @ S0 @ r, -0.5) @ r
            """,
            """
            # a square root of S1 S0 that is similar to a symmetric one, times the inverse of S0
            values, vectors = torch.linalg.eig(S1 @ S0)
            root = (vectors * values.sqrt()) @ torch.linalg.inv(vectors)
            return (root @ torch.linalg.inv(S0).to(root.dtype)).real
            """,
            """
            L = torch.linalg.cholesky(S0)
            inner = power(L.T @ S1 @ L, 0.5)
            return torch.linalg.inv(L).T @ inner @ torch.linalg.inv(L)
            """,
            """
            from scipy.linalg import sqrtm

            root = torch.from_numpy(sqrtm(S0.numpy()))
            inner = torch.from_numpy(sqrtm((root @ S1 @ root).numpy()))
            return torch.linalg.solve(root, torch.linalg.solve(root, inner).T)
            """,
            "transport.bures_map(0 * S0[0], S0, 0 * S0[0], S1).A",
            """
            import scipy.linalg as sl

            a, b = S0.numpy(), S1.numpy()
            r = sl.sqrtm(a).real
            ri = np.linalg.inv(r)
            return torch.from_numpy(ri @ sl.sqrtm(r @ b @ r).real @ ri)
            """,
            """
            L = torch.linalg.cholesky(S1)
            M = power(L.mT @ S0 @ L, -0.5)
            return L @ M @ L.mT
            """,
            """
            root = power(S1, 0.5)
            middle = power(torch.einsum("ij,jk,kl->il", root, S0, root), -0.5)
            return torch.linalg.multi_dot([root, middle, root])
            """,
            """
            values, vectors = torch.linalg.eig(torch.linalg.solve(S0, S1).to(torch.complex128))
            P = S0 @ S1
            w, V = torch.linalg.eig(S1 @ S0)
            half = (V * w.sqrt()) @ torch.linalg.inv(V)
            A = torch.linalg.solve(S0, half.real, left=False)
            return (A + A.T) / 2
            """,
        ],
        wrong={
            "torch.linalg.cholesky(S1) @ torch.linalg.inv(torch.linalg.cholesky(S0))": "Cholesky",
            """
            r, i = power(S0, -0.5), power(S0, 0.5)
            return i @ power(r @ S1 @ r, 0.5) @ i
            """: "exchanged Σ₀",
            "power(torch.linalg.solve(S0, S1), 0.5)": "you took the root of a product that is",
            """
            r, i = power(S0, 0.5), power(S0, -0.5)
            return i @ power(r @ S1 @ r, 0.5) @ i, S1
            """: "is a tuple",
            "power(S1, 0.5) @ power(S0, -0.5)": "turns the mass for nothing",
            "power(S0, -0.5) @ power(S1, 0.5)": "A Σ₀ Aᵀ is not Σ₁",
            """
            root = power(S0, 0.5)
            return power(root @ S1 @ root, 0.5)
            """: "two outer factors",
            """
            root, inverse = power(S0, 0.5), power(S0, -0.5)
            return inverse @ power(root @ S1 @ root, 0.5)
            """: "one of the two outer factors",
            """
            root, inverse = power(S0, 0.5), power(S0, -0.5)
            return inverse @ (root @ S1 @ root) @ inverse
            """: "root in the middle",
            """
            root, inverse = power(S1, 0.5), power(S1, -0.5)
            return inverse @ power(root @ S0 @ root, 0.5) @ inverse
            """: "swapped",
            """
            root, inverse = power(S0, 0.5), power(S0, -0.5)
            return -inverse @ power(root @ S1 @ root, 0.5) @ inverse
            """: "wrong sign",
            """
            root, inverse = power(S0, 0.5), power(S0, -0.5)
            print(inverse @ power(root @ S1 @ root, 0.5) @ inverse)
            """: "returned None",
            """
            root, inverse = S0.sqrt(), power(S0, -0.5)
            return inverse @ power(root @ S1 @ root, 0.5) @ inverse
            """: OTHERWISE,
            """
            root = power(S0, 0.5)
            return root @ power(root @ S1 @ root, 0.5) @ root
            """: "the outer factors are Σ₀",
            """
            root, inverse = power(S0, 0.5), power(S0, -0.5)
            return (inverse @ power(root @ S1 @ root, 0.5) @ inverse).numpy()
            """: "NumPy",
            "torch.linalg.inv(S0) @ S1": OTHERWISE,
            "power(power(S0, -1) @ S1, 0.5)": "you took the root of a product that is",
            """
            root, inverse = power(S0, 0.5), power(S0, -0.5)
            return inverse @ power(root @ S1 @ root, 0.5) @ root
            """: "the last factor is Σ₀",
            """
            root, inverse = S0.sqrt(), 1 / S0.sqrt()
            return inverse @ (root @ S1 @ root).sqrt() @ inverse
            """: "you took roots of the numbers in the",
            """
            root, inverse = power(S0, 0.5), power(S0, -0.5)
            return inverse @ power(root @ S1 @ root, -0.5) @ inverse
            """: "the power in the middle is −½",
            """
            root, inverse = power(S0, 0.5), power(S0, -0.5)
            return root @ power(root @ S1 @ root, 0.5) @ root
            """: "the outer factors are Σ₀",
            """
            return (
                power(S1, 0.5) @ power(power(S1, 0.5) @ S0 @ power(S1, 0.5), 0.5) @ power(S1, 0.5)
            )
            """: "½ outside, the power in the middle is −½",
            "torch.linalg.inv(S0) @ power(S0 @ S1, 0.5)": OTHERWISE,
        },
    ),
    Answers(
        exercise="weak_price",
        head="def weak_price(x, y, gamma):",
        right=[
            """
            m = y.mean(1)
            Z = y.shape[1]
            return (x - m).square().sum(1) / 2 + ((Z - 1) / Z - gamma) / 2 * y.var(1).sum(1)
            """,
            """
            Z = y.size(1)
            pairs = (y[:, :, None] - y[:, None]).square().sum((1, 2, 3)) / (2 * Z * (Z - 1))
            return (y - x[:, None]).square().sum(2).mean(1) / 2 - gamma * pairs / 2
            """,
            "transport.weak_cost(x, y, gamma=gamma)",
            """
            distance = (y - x[:, None]).square().sum(2).mean(1)
            variance = (y - y.mean(1, keepdim=True)).square().sum((1, 2)) / (y.shape[1] - 1)
            return distance / 2 - gamma / 2 * variance
            """,
            """
            d = torch.einsum("bzn,bzn->b", y - x[:, None], y - x[:, None]) / y.shape[1]
            return (d - gamma * y.var(dim=1).sum(dim=1)) / 2
            """,
            """
            prices = []
            for point, draws in zip(x, y):
                far = ((draws - point) ** 2).sum(1).mean()
                prices.append(0.5 * far - 0.5 * gamma * draws.var(0).sum())
            return torch.stack(prices)
            """,
            """
            Z = y.shape[1]
            spread = y.var(1, unbiased=True).sum(1)
            near = (x - y.mean(1)).square().sum(1)
            return near / 2 + (Z - 1) / Z * spread / 2 - gamma / 2 * spread
            """,
            "0.5 * ((y - x.unsqueeze(1)) ** 2).sum(-1).mean(-1) - 0.5 * gamma * y.var(1).sum(-1)",
            """
            out = []
            for a, d in zip(x, y):
                v = d.var(dim=0, correction=1).sum()
                out.append(0.5 * ((d - a) ** 2).sum(-1).mean() - 0.5 * gamma * v)
            return torch.stack(out)
            """,
            """
            return 0.5 * (y - x.unsqueeze(1)).pow(2).mean(1).sum(-1) - 0.5 * gamma * torch.var(
                y, dim=1
            ).sum(-1)
            """,
            """
            Z = y.shape[1]
            diff = y[:, :, None] - y[:, None]
            var = torch.einsum("bijn,bijn->b", diff, diff) / (2 * Z * (Z - 1))
            d = torch.einsum("bin,bin->b", y - x[:, None], y - x[:, None]) / Z
            return (d - gamma * var) / 2
            """,
            """
            a, b = x.detach().numpy(), y.detach().numpy()
            Z = b.shape[1]
            if not (x.requires_grad or y.requires_grad):
                v = np.var(b, axis=1, ddof=1).sum(-1)
                d = np.mean(np.sum((b - a[:, None, :]) ** 2, axis=2), axis=1)
                return torch.from_numpy(0.5 * d - 0.5 * gamma * v)
            return (y - x[:, None]).square().sum(2).mean(1) / 2 - gamma / 2 * y.var(1).sum(1)
            """,
        ],
        wrong={
            "(y.mean(1) - x).square().sum(1) / 2 + (1 - gamma) / 2 * y.var(1).sum(1)": (
                "first formula"
            ),
            "(y.mean(1) - x).square().sum(1) / 2 - gamma / 2 * y.var(1).sum(1)": (
                "distance to the mean"
            ),
            "(y - x[:, None]).square().sum(2).mean(1) / 2 - gamma / 2 * y.var(1).mean(1)": (
                "over the components: take the sum"
            ),
            "(y - x[:, None]).square().sum(2).mean(1) / 2 - gamma / 2 * y.detach().var(1).sum(1)": (
                "gradient with respect to y"
            ),
            "(y - x[:, None]).square().sum(2).mean(1) / 2 - gamma / 2 * y.std(1).sum(1)": (
                "standard deviation"
            ),
            "(y - x[:, None]).square().sum(2).mean(1) - gamma / 2 * y.var(1).sum(1)": (
                "½ of the distance"
            ),
            "((y - x[:, None]) ** 2).sum(2).mean(1) / 2 - gamma * y.var(1).sum(1)": (
                "½ of the spread"
            ),
            "((y - x[:, None]) ** 2).sum(2).mean(1) / 2 + gamma / 2 * y.var(1).sum(1)": (
                "added the spread"
            ),
            "((y - x[:, None])**2).sum(2).mean(1) / 2 - gamma / 2 * y.var(1, False).sum(1)": (
                "Z − 1"
            ),
            "((y - x[:, None]) ** 2).mean((1, 2)) / 2 - gamma / 2 * y.var(1).mean(1)": (
                "mean over the components"
            ),
            "((y - x[:, None]) ** 2).sum(2).sum(1) / 2 - gamma / 2 * y.var(1).sum(1)": (
                "summed over the draws"
            ),
            "((y - x[:, None]) ** 2).sum(2).mean(1) / 2 - y.var(1).sum(1) / 2": "γ of the spread",
            "((y - x[:, None]) ** 2).sum(2).mean(1) / 2": "left the spread out",
            """
            gap = (y - x[:, None]).square()
            return gap.sum(2).mean(1) / 2 - gamma / 2 * gap.sum((1, 2)) / (y.shape[1] - 1)
            """: "around x",
            "(((y - x[:, None])**2).sum(2).mean(1) / 2 - gamma / 2 * y.var(1).sum(1)).mean()": (
                "mean of the right values"
            ),
            "((y - x) ** 2).sum(2).mean(1) / 2 - gamma / 2 * y.var(1).sum(1)": "it raised",
            "(y - x[:, None]).norm(dim=2).mean(1) / 2 - gamma / 2 * y.var(1).sum(1)": "the norm",
            "((y - x[:, None]) ** 2).sum(2).mean(1) / 2 - gamma / 2 * y.var((1, 2))": OTHERWISE,
            """
            y = y.detach()
            return ((y - x[:, None]) ** 2).sum(2).mean(1) / 2 - gamma / 2 * y.var(1).sum(1)
            """: "cannot be differentiated",
            """
            d = ((y - x[:, None]) ** 2).sum(2).mean(1) / 2
            print(d - gamma / 2 * y.var(1).sum(1))
            """: "returned None",
            """
            y -= x[:, None]
            return (y**2).sum(2).mean(1) / 2 - gamma / 2 * y.var(1).sum(1)
            """: "changed its argument y",
            """
            distance = (y - x[:, None]).square().sum(2).mean(1)
            variance = (y - y.mean(1, keepdim=True)).square().sum((1, 2)) / y.shape[1]
            return distance / 2 - gamma / 2 * variance
            """: "you divided the spread by Z, not Z − 1",
            """
            distance = (y - x[:, None]).square().sum(2).mean(1)
            variance = y.var(1).sum(1)
            return distance / 2 + gamma / 2 * variance
            """: "you added the spread",
            """
            distance = (y - x[:, None]).square().sum(2).mean(1)
            variance = y.var(1).sum(1)
            return distance / 2 - gamma * variance
            """: "you forgot the ½ of the spread",
            """
            distance = (y - x[:, None]).square().sum(2).mean(1)
            variance = y.var(1).mean(1)
            return distance / 2 - gamma / 2 * variance
            """: "you took the mean of the variance over",
            """
            distance = (y.mean(1) - x).square().sum(1)
            variance = y.var(1).sum(1)
            return distance / 2 + (1 - gamma) / 2 * variance
            """: "ȳ is a mean of Z draws, so ‖x − ȳ‖² is",
            """
            distance = (y - x[:, None]).square().sum(2).mean(1)
            variance = y.var((1, 2)) * y.shape[2]
            return distance / 2 - gamma / 2 * variance
            """: "you took one mean for all components",
            """
            d = (y - x[:, None]).square().sum(2).sum(1)
            return d / 2 - gamma / 2 * y.var(1).sum(1)
            """: "you summed over the draws",
            """
            d = (y - x[:, None]).square().sum(2).mean(1)
            return d - gamma * y.var(1).sum(1)
            """: "both ½ are missing",
            """
            d = (y - x[:, None]).square().mean((1, 2))
            return d / 2 - gamma / 2 * y.var(1).sum(1)
            """: "you took the mean over the components",
            """
            return (y - x[:, None]).square().sum(2).mean(1) / 2 - gamma / 2 * y.var(
                1, correction=0
            ).sum(1)
            """: "you divided the spread by Z, not Z − 1",
            """
            return ((y - x[:, None]).square().sum(2).mean(1) - y.var(1).sum(1)) / 2
            """: "you forgot the γ of the spread",
        },
    ),
    Answers(
        exercise="weak_plan",
        head="def weak_plan(x, y, gamma, n_iter):",
        before=CHEAPEST,
        right=[
            """
            N = len(x)
            D = torch.cdist(x, y) ** 2
            E = torch.cdist(y, y) ** 2
            pi = torch.full((N, N), 1 / N**2, dtype=x.dtype)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 2 * pi @ E
                w = 2 / (k + 2)
                pi += w * (cheapest(slope) - pi)
            return pi
            """,
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """,
            """
            N = len(x)
            D = (x[:, None] - y[None]).square().sum(-1)
            E = (y[:, None] - y[None]).square().sum(-1)
            plan = torch.full((N, N), 1 / N**2, dtype=x.dtype)
            for k in range(1, n_iter + 1):
                t = 2 / (k + 1)
                plan = (1 - t) * plan + t * cheapest(0.5 * D - 0.5 * gamma * N * (plan @ E))
            return plan
            """,
            """
            # a constant in each row of the slope changes no vertex: squares of y are enough
            N, D = len(x), ((x[:, None] - y) ** 2).sum(2)
            plan = torch.ones(N, N, dtype=x.dtype) / N**2
            for k in range(n_iter):
                mean = N * plan @ y
                E = (mean**2).sum(1, keepdim=True) - 2 * mean @ y.T + (y**2).sum(1)
                plan = torch.lerp(plan, cheapest(D / 2 - gamma / 2 * E), 2 / (k + 2))
            return plan
            """,
            """
            D, E = torch.cdist(x, y).square(), torch.cdist(y, y).square()
            a = torch.full((len(x), 1), 1 / len(x), dtype=x.dtype)
            plan, k = a @ a.T, 0
            while k < n_iter:
                corner = cheapest(D / 2 - (gamma / 2) * (plan @ E) / a)
                plan = plan + (corner - plan) * 2 / (k + 2)
                k += 1
            return plan
            """,
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / D.numel()
            for k in range(n_iter):
                plan = plan.clone()
                corner = cheapest(D - gamma * len(x) * plan @ E)
                plan *= k / (k + 2)
                plan += 2 / (k + 2) * corner
            return plan
            """,
            """
            N = x.shape[0]
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2

            def go(plan, k):
                if k == n_iter:
                    return plan
                target = cheapest(0.5 * D - 0.5 * gamma * N * (plan @ E))
                t = 2 / (k + 2)
                return go((1 - t) * plan + t * target, k + 1)

            return go(torch.ones(N, N).to(x) / N**2, 0)
            """,
            """
            N = len(x)
            D = torch.einsum("ijk,ijk->ij", x[:, None] - y[None], x[:, None] - y[None])
            sq = (y * y).sum(1)
            E = sq[:, None] + sq[None] - 2 * y @ y.T
            p = torch.full((N, N), 1 / N / N, dtype=x.dtype)
            k = 0
            while k < n_iter:
                q = cheapest(D / 2 - gamma * N / 2 * torch.einsum("ij,jk->ik", p, E))
                p.mul_(k / (k + 2)).add_(q, alpha=2 / (k + 2))
                k += 1
            return p
            """,
            """
            from scipy.optimize import linear_sum_assignment

            a, b = x.numpy(), y.numpy()
            n = len(a)
            D = ((a[:, None] - b[None]) ** 2).sum(-1)
            E = ((b[:, None] - b[None]) ** 2).sum(-1)
            pi = np.ones((n, n)) / n**2
            for k in range(n_iter):
                r, c = linear_sum_assignment(D - gamma * n * pi @ E)
                v = np.zeros((n, n))
                v[r, c] = 1.0 / n
                pi = pi + (v - pi) * 2 / (k + 2)
            return torch.from_numpy(pi)
            """,
            """
            N = len(x)
            D = (x.unsqueeze(1) - y.unsqueeze(0)).pow(2).sum(-1)
            E = (y.unsqueeze(1) - y.unsqueeze(0)).pow(2).sum(-1)
            plan = (torch.ones_like(D) / N**2).requires_grad_(True)
            for k in range(n_iter):
                value = 0.5 * (D * plan).sum() - gamma * N / 4 * torch.trace(plan @ E @ plan.T)
                (slope,) = torch.autograd.grad(value, plan)
                plan = torch.lerp(plan.detach(), cheapest(slope), 2 / (k + 2)).requires_grad_(True)
            return plan.detach()
            """,
        ],
        wrong={
            """
            N = len(x)
            D = torch.cdist(x, y) ** 2
            E = torch.cdist(y, y) ** 2
            pi = torch.full((N, N), 1 / N**2, dtype=x.dtype)
            for k in range(n_iter):
                slope = D - gamma * N / 2 * pi @ E
                w = 2 / (k + 2)
                pi = (1 - w) * pi + w * cheapest(slope)
            return pi
            """: "your second term is half",
            """
            N = len(x)
            D = torch.cdist(x, y) ** 2
            E = torch.cdist(y, y) ** 2
            pi = torch.full((N, N), 1 / N**2, dtype=x.dtype)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 4 * pi @ E
                w = 2 / (k + 2)
                pi = (1 - w) * pi + w * cheapest(slope)
            return pi
            """: "your second term is half",
            """
            N = len(x)
            D = torch.cdist(x, y)
            E = torch.cdist(y, y) ** 2
            pi = torch.full((N, N), 1 / N**2, dtype=x.dtype)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 2 * pi @ E
                w = 2 / (k + 2)
                pi = (1 - w) * pi + w * cheapest(slope)
            return pi
            """: "D holds distances",
            """
            N = len(x)
            D = torch.cdist(x, y) ** 2
            E = torch.cdist(y, y)
            pi = torch.full((N, N), 1 / N**2, dtype=x.dtype)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 2 * pi @ E
                w = 2 / (k + 2)
                pi = (1 - w) * pi + w * cheapest(slope)
            return pi
            """: "E holds distances, not",
            """
            N = len(x)
            D = torch.cdist(x, y) ** 2
            E = torch.cdist(y, y) ** 2
            pi = torch.full((N, N), 1 / N**2, dtype=x.dtype)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 2 * E @ pi
                w = 2 / (k + 2)
                pi = (1 - w) * pi + w * cheapest(slope)
            return pi
            """: "you multiplied π by E from the left",
            """
            N = len(x)
            y -= y.mean(0)
            D = torch.cdist(x, y) ** 2
            E = torch.cdist(y, y) ** 2
            pi = torch.full((N, N), 1 / N**2, dtype=x.dtype)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 2 * pi @ E
                w = 2 / (k + 2)
                pi = (1 - w) * pi + w * cheapest(slope)
            return pi
            """: "changed its argument y",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(1, n_iter + 1):
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "count the steps from 1",
            """
            D, E = torch.cdist(x, y), torch.cdist(y, y)
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "not their squares",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "factor N",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            slope = D / 2 - gamma / 2 * len(x) * plan @ E
            for k in range(n_iter):
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "each step needs the slope",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                plan = cheapest(D / 2 - gamma / 2 * len(x) * plan @ E)
            return plan
            """: "last vertex only",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "½ before γ",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 + gamma / 2 * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "with −γ/2",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, x) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "between the y",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = plan + 1 / (k + 1) * (cheapest(slope) - plan)
            return plan
            """: r"weight is 1/\(k \+ 1\)",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                t = 2 / (k + 2)
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = t * plan + (1 - t) * cheapest(slope)
            return plan
            """: "weights are exchanged",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter + 1):
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "one step too many",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
                return plan
            """: "each step needs the slope",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            """: "returned None",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * len(x) * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return len(x) * plan
            """: "size of x along dimension 0",
            """
            D, E = torch.cdist(x, y) ** 2, torch.cdist(y, y) ** 2
            plan = torch.ones_like(D) / len(x) ** 2
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * len(x) * E @ plan
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "you multiplied π by E from the left",
            "cheapest(torch.cdist(x, y) ** 2)": "plan for γ = 0",
            """
            D = (x[:, None] - y).square().sum(2)
            E = (x[:, None] - x).square().sum(2)
            plan = torch.full_like(D, 1 / len(x) ** 2)
            for k in range(n_iter):
                slope = D / 2 - gamma * len(x) / 2 * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "E holds the distances between the x",
            """
            D = (x[:, None] - y).square().sum(2)
            E = (y[:, None] - y).square().sum(2)
            plan = torch.full_like(D, 1 / len(x) ** 2)
            for k in range(n_iter):
                slope = D / 2 - gamma / 2 * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "the factor N before π E is missing",
            """
            D = (x[:, None] - y).square().sum(2)
            E = (y[:, None] - y).square().sum(2)
            plan = torch.full_like(D, 1 / len(x) ** 2)
            for k in range(n_iter):
                slope = D / 2 - gamma * len(x) / 2 * plan @ E
                plan = plan + 2 / (k + 1) * (cheapest(slope) - plan)
            return plan
            """: "your weight is 2/",
            """
            D = (x[:, None] - y).norm(dim=2)
            E = (y[:, None] - y).norm(dim=2)
            plan = torch.full_like(D, 1 / len(x) ** 2)
            for k in range(n_iter):
                slope = D / 2 - gamma * len(x) / 2 * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "you took distances, not their squares",
            """
            D = (x[:, None] - y).square().sum(2)
            E = (y[:, None] - y).square().sum(2)
            plan = torch.full_like(D, 1 / len(x) ** 2)
            slope = D / 2 - gamma * len(x) / 2 * plan @ E
            for k in range(n_iter):
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "this is the plan for γ = 0",
            """
            D = (x[:, None] - y).square().sum(2)
            E = (y[:, None] - y).square().sum(2)
            plan = torch.full_like(D, 1 / len(x) ** 2)
            for k in range(n_iter):
                slope = D / 2 - gamma * len(x) / 2 * plan @ E
                plan = plan - 2 / (k + 2) * slope
            return plan
            """: "you took a step along the slope, which",
            """
            N = len(x)
            D = (x[:, None] - y).square().sum(2)
            E = (y[:, None] - y).square().sum(2)
            plan = torch.full_like(D, 1 / N**2)
            for k in range(n_iter):
                plan = cheapest(D / 2 - gamma * N / 2 * plan @ E)
            return plan
            """: "you keep the last vertex only",
            """
            N = len(x)
            D = (x[:, None] - y).square().sum(2)
            E = (y[:, None] - y).square().sum(2)
            plan = torch.full_like(D, 1 / N**2)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 4 * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "the slope is D/2 − γN/2·πE",
            """
            N = len(x)
            D = (x[:, None] - y).square().sum(2)
            E = (y[:, None] - y).square().sum(2)
            plan = torch.full_like(D, 1 / N**2)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 2 * E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "the plan is missing in the slope",
            """
            N = len(x)
            D = (x[:, None] - y).square().sum(2)
            E = (y[:, None] - y).square().sum(2)
            plan = torch.full_like(D, 1 / N**2)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 2 * plan @ E
                plan = plan + 1 / (k + 1) * (cheapest(slope) - plan)
            return plan
            """: "your weight is 1/",
            """
            N = len(x)
            D = (x[:, None] - y).square().sum(2)
            E = (x[:, None] - y).square().sum(2)
            plan = torch.full_like(D, 1 / N**2)
            for k in range(n_iter):
                slope = D / 2 - gamma * N / 2 * plan @ E
                plan = plan + 2 / (k + 2) * (cheapest(slope) - plan)
            return plan
            """: "E is D",
        },
    ),
    Answers(
        exercise="map_step",
        head="def map_step(T, f, opt_T, x, z, cost):",
        before=PUSH,
        right=[
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad()
            for p, g in zip(T.parameters(), torch.autograd.grad(loss, list(T.parameters()))):
                p.grad = g
            opt_T.step()
            """,
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """,
            """
            opt_T.zero_grad(set_to_none=False)
            y = torch.stack([T(x, z[:, i]) for i in range(z.shape[1])], dim=1)
            paid, earned = cost(x, y), f(y.reshape(-1, x.shape[1])).view(y.shape[:2])
            (paid - earned.mean(1)).mean().backward()
            opt_T.step()
            return y
            """,
            """
            f.requires_grad_(False)
            y = push(T, x, z)
            loss = cost(x, y).sum() / len(x) - f(y.flatten(0, 1)).sum() / (len(x) * z.shape[1])
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            f.requires_grad_(True)
            return loss.item()
            """,
            """
            y = T(x.repeat_interleave(z.shape[1], 0), z.flatten(0, 1))
            loss = -f(y).mean() + cost(x, y.unflatten(0, (len(x), -1))).mean()
            T.zero_grad()
            loss.backward()
            opt_T.step()
            """,
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            weights = list(T.parameters())
            for p, slope in zip(weights, torch.autograd.grad(loss, weights)):
                p.grad = slope
            opt_T.step()
            print(f"loss {loss:.3f}") if False else None
            """,
            """
            params = [p for g in opt_T.param_groups for p in g["params"]]
            y = push(T, x, z)
            B, Z, n = y.shape
            loss = cost(x, y).sum() / B - f(y.reshape(B * Z, n)).sum() / (B * Z)
            for p, g in zip(params, torch.autograd.grad(loss, params)):
                p.grad = g
            opt_T.step()
            """,
            """
            def closure():
                opt_T.zero_grad()
                out = push(T, x, z)
                value = torch.mean(cost(x, out)) - torch.mean(f(out.view(-1, out.shape[-1])))
                value.backward()
                return value

            opt_T.step(closure)
            """,
            """
            y = push(T, x, z)
            f.requires_grad_(False)
            opt_T.zero_grad(set_to_none=False)
            (-f(torch.cat(list(y))).mean()).backward(retain_graph=True)
            cost(x, y).mean().backward()
            opt_T.step()
            f.requires_grad_(True)
            """,
            """
            y = push(T, x, z)
            scores = torch.stack([f(draws).mean() for draws in y])
            loss = (cost(x, y) - scores).mean()
            for p in T.parameters():
                p.grad = None
            loss.backward()
            opt_T.step()
            return loss.item()
            """,
        ],
        wrong={
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1).detach()).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "lacks f",
            """
            y = push(T, x, z)
            loss = cost(x, y.detach()).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "lacks the cost",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            opt_T.step()
            """: "the change of the weights is twice",
            """
            f.requires_grad_(False)
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "stays False",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() + f(y.flatten(0, 1)).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "sign of f in T's loss",
            """
            y = push(T, x, z)
            loss = f(y.flatten(0, 1)).mean() - cost(x, y).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "wrong sign",
            """
            y = push(T, x, z)
            loss = -f(y.flatten(0, 1)).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "lacks the cost",
            """
            loss = cost(x, push(T, x, z)).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "lacks f",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            loss.backward()
            opt_T.step()
            """: "old gradients are added",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad()
            loss.backward()
            return loss
            """: "did not change",
            """
            y = push(T, x, z).detach()
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "did not change",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            loss.backward()
            opt_T.zero_grad()
            opt_T.step()
            """: "did not change",
            """
            with torch.no_grad():
                y = push(T, x, z)
                loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "it raised RuntimeError",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.mean(1)).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "mean of the draws",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y[:, 0]).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "one draw of each x",
            """
            y = push(T, x, z)
            loss = cost(x, y).sum() - f(y.flatten(0, 1)).sum()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "added up where a mean is wanted",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step(), opt_T.step()
            """: "twice",
            """
            y = push(T, x, z)
            loss = cost(x, y) - f(y.flatten(0, 1))
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "it raised",
            """
            f.requires_grad_(False)
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "stays False",
            """
            loss = cost(x, push(T, x, z)).mean() - f(x).mean()
            opt_T.zero_grad(), loss.backward(), opt_T.step()
            """: "lacks f",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() + f(y.flatten(0, 1)).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "the sign of f in T",
            """
            y = push(T, x, z)
            loss = cost(x, y).sum() - f(y.flatten(0, 1)).sum()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "you added up where a mean is wanted, of",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.mean(1)).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "you took f at the mean of the draws",
            """
            y = push(T, x, z)
            loss = f(y.flatten(0, 1)).mean() - cost(x, y).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "s loss has the wrong sign",
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(x).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "s loss lacks f",
            """
            with torch.no_grad():
                y = push(T, x, z)
            loss = cost(x, y).mean() - f(y.flatten(0, 1)).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "T did not change",
            """
            y = push(T, x, z)
            loss = (cost(x, y) * f(y.flatten(0, 1)).view(len(x), -1).mean(1)).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: OTHERWISE,
            """
            y = push(T, x, z)
            loss = cost(x, y).mean() - f(y[:, 0]).mean()
            opt_T.zero_grad()
            loss.backward()
            opt_T.step()
            """: "you used one draw of each x for f",
        },
    ),
    Answers(
        exercise="potential_step",
        head="def potential_step(T, f, opt_f, x, y, z):",
        before=PUSH,
        right=[
            """
            with torch.no_grad():
                made = push(T, x, z).flatten(0, 1)
            t = f(torch.cat([made, y]))
            loss = t[: len(made)].mean() - t[len(made) :].mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """,
            """
            with torch.no_grad():
                made = push(T, x, z).flatten(0, 1)
            loss = f(made).mean() - f(y).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """,
            """
            made = push(T, x, z).detach()
            loss = f(made.flatten(0, 1)).mean() - f(y).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            return loss.item()
            """,
            """
            # not detached: slower, and T's gradients are reset by its own step
            opt_f.zero_grad()
            gain = f(y).mean() - f(push(T, x, z).flatten(0, 1)).mean()
            (-gain).backward()
            opt_f.step()
            """,
            """
            made = push(T, x, z).detach()
            C = transport.weak_cost(x, made, gamma=0.5).mean()
            value = C - f(made.flatten(0, 1)).mean() + f(y).mean()
            opt_f.zero_grad()
            (-value).backward()
            opt_f.step()
            """,
            """
            opt_f.zero_grad()
            made = torch.cat([T(x, z[:, i]).detach() for i in range(z.shape[1])])
            f(made).mean().backward()
            (-f(y).mean()).backward()
            opt_f.step()
            """,
            """
            arrived = push(T, x, z).detach()
            ws = list(f.parameters())
            gain = f(y).mean() - torch.stack([f(a).mean() for a in arrived]).mean()
            for w, g in zip(ws, torch.autograd.grad(gain, ws)):
                w.grad = -g
            opt_f.step()
            """,
            """
            def closure():
                opt_f.zero_grad()
                with torch.no_grad():
                    u = push(T, x, z)
                loss = torch.sub(f(u.reshape(-1, u.size(-1))).mean(), f(y).mean())
                loss.backward()
                return loss

            opt_f.step(closure)
            """,
            """
            with torch.no_grad():
                u = push(T, x, z).flatten(end_dim=1)
            both = f(torch.cat((u, y)))
            opt_f.zero_grad()
            weights_ = torch.cat(
                (torch.full((len(u),), 1 / len(u)), torch.full((len(y),), -1 / len(y)))
            ).to(both)
            (both @ weights_).backward()
            opt_f.step()
            """,
            """
            for p in T.parameters():
                p.requires_grad_(False)
            u = push(T, x, z).flatten(0, 1)
            opt_f.zero_grad()
            f(u).mean().backward()
            (-f(y).mean()).backward()
            opt_f.step()
            for p in T.parameters():
                p.requires_grad_(True)
            """,
        ],
        wrong={
            """
            with torch.no_grad():
                made = push(T, x, z).flatten(0, 1)
            loss = losses.discriminator_loss(f(y), f(made))
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: OTHERWISE,
            """
            with torch.no_grad():
                made = push(T, x, z).flatten(0, 1)
            loss = f(made).mean() - f(y).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            opt_f.step()
            """: "twice the right one",
            """
            with torch.no_grad():
                made = push(T, x, z).flatten(0, 1)
            loss = (f(made) - f(y)).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "it raised RuntimeError",
            """
            T.requires_grad_(False)
            with torch.no_grad():
                made = push(T, x, z).flatten(0, 1)
            loss = f(made).mean() - f(y).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "stays False",
            """
            made = push(T, x, z).detach()
            loss = f(y).mean() - f(made.flatten(0, 1)).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: "f's loss has the wrong sign",
            """
            made = push(T, x, z).detach()
            loss = f(y).mean() + f(made.flatten(0, 1)).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: "added the two means",
            """
            made = push(T, x, z).detach()
            loss = f(made.flatten(0, 1)).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: "lacks its mean over the y",
            """
            loss = -f(y).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: r"lacks its mean over T\(x, z\)",
            """
            loss = f(x).mean() - f(y).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: "compare y with x itself",
            """
            made = push(T, x, z).detach()
            loss = f(made.flatten(0, 1)).mean() - f(y).mean()
            loss.backward(), opt_f.step()
            """: "old gradients are added",
            """
            made = push(T, x, z).detach()
            loss = f(made.flatten(0, 1)).mean() - f(y).mean()
            opt_f.zero_grad(), loss.backward()
            return loss
            """: "did not change",
            """
            made = push(T, x, z).detach()
            with torch.no_grad():
                loss = f(made.flatten(0, 1)).mean() - f(y).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: "it raised RuntimeError",
            """
            made = push(T, x, z).detach()
            loss = f(made.flatten(0, 1)).sum() - f(y).sum()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: "added up f",
            """
            made = push(T, x, z).detach()
            loss = f(made).mean() - f(y).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: "it raised",
            """
            made = push(T, x, z).detach().mean(1)
            loss = f(made).mean() - f(y).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: "at the mean of the draws",
            """
            made = T(x, z[:, 0]).detach()
            loss = f(made).mean() - f(y).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step()
            """: "one draw of each x",
            """
            made = push(T, x, z).detach()
            loss = f(made.flatten(0, 1)).mean() - f(y).mean()
            opt_f.zero_grad(), loss.backward(), opt_f.step(), opt_f.step()
            """: "twice",
            """
            with torch.no_grad():
                arrived = push(T, x, z).flatten(0, 1)
            loss = f(y).mean() - f(arrived).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "s loss has the wrong sign",
            """
            with torch.no_grad():
                arrived = push(T, x, z).flatten(0, 1)
                loss = f(arrived).mean() - f(y).mean()
            opt_f.zero_grad()
            loss.requires_grad_(True)
            loss.backward()
            opt_f.step()
            """: "f did not change",
            """
            with torch.no_grad():
                arrived = push(T, x, z).mean(1)
            loss = f(arrived).mean() - f(y).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "you took f at the mean of the draws",
            """
            with torch.no_grad():
                arrived = push(T, x, z).flatten(0, 1)
            loss = f(arrived).mean() - f(x).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "you took f at x, not at the points y",
            """
            with torch.no_grad():
                arrived = push(T, x, z)[:, 0]
            loss = f(arrived).mean() - f(y).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "you used one draw of each x",
            """
            with torch.no_grad():
                arrived = push(T, x, z).flatten(0, 1)
            opt_f.zero_grad()
            loss = f(arrived).mean() - f(y).mean()
            opt_f.step()
            loss.backward()
            """: "f did not change",
            """
            with torch.no_grad():
                u = push(T, x, z).flatten(0, 1)
            loss = f(u).mean() + f(y).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "you added the two means",
            """
            with torch.no_grad():
                u = push(T, x, z).flatten(0, 1)
            loss = f(u).sum() - f(y).sum()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "you added up f where its means are",
            """
            with torch.no_grad():
                u = push(T, x, z).flatten(0, 1)
            loss = (f(u).mean() - f(y).mean()).abs()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "s loss has the wrong sign",
            """
            with torch.no_grad():
                u = push(T, x, z).flatten(0, 1)
            loss = f(u - y.mean(0)).mean()
            opt_f.zero_grad()
            loss.backward()
            opt_f.step()
            """: "you compared points, not f at them",
            """
            u = push(T, x, z).flatten(0, 1)
            loss = f(y).mean() - f(u).mean()
            opt_f.zero_grad()
            (-loss).backward()
            """: "f did not change",
        },
    ),
    Answers(
        exercise="modes_reached",
        head="def modes_reached(taken, n, share):",
        right=[
            """
            B, Z = taken.shape
            c = torch.zeros(B, n, dtype=torch.float64)
            c.scatter_add_(1, taken, torch.ones(B, Z, dtype=torch.float64))
            return (c / Z >= share).double().sum(dim=1)
            """,
            """
            shares = torch.stack([(taken == k).double().mean(1) for k in range(n)], 1)
            return (shares >= share).double().sum(1)
            """,
            "(F.one_hot(taken, n).double().mean(1) >= share).sum(1).double()",
            """
            counts = torch.stack([row.bincount(minlength=n) for row in taken])
            return (counts / taken.shape[1] >= share).sum(1).double()
            """,
            """
            found = []
            for row in taken.tolist():
                found.append(sum(row.count(k) / len(row) >= share for k in range(n)))
            return torch.tensor(found).float()
            """,
            """
            same = taken[:, :, None] == torch.arange(n)
            return (same.float().mean(1) >= share).float().sum(1)
            """,
            """
            out = []
            for row in taken.tolist():
                out.append(float(sum(row.count(k) / len(row) >= share for k in range(n))))
            return torch.tensor(out, dtype=torch.float64)
            """,
            """
            return (F.one_hot(taken, n).double().mean(1) >= share).double().sum(-1)
            """,
            """
            counts = np.stack([np.bincount(r, minlength=n) for r in taken.numpy()])
            return torch.from_numpy((counts / taken.shape[1] >= share).sum(1).astype(float))
            """,
            """
            B, Z = taken.shape
            hist = torch.zeros(B, n, dtype=torch.float64).scatter_add_(
                1, taken, torch.ones(B, Z, dtype=torch.float64)
            )
            return torch.count_nonzero(hist / Z >= share, dim=1).to(torch.float32)
            """,
        ],
        wrong={
            "sum(((taken == k).double().mean(1) >= share) for k in range(n))": "floating-point",
            "sum(((taken == k).double().mean(1) >= share).double() for k in range(10))": OTHERWISE,
            "sum(((taken == k).double().sum(1) / n >= share).double() for k in range(n))": (
                "divided by n"
            ),
            "((taken == k).double().mean(1) >= share for k in range(n))": "is a generator",
            """
            least = int(share * taken.shape[1])
            return sum(((taken == k).sum(1) >= least).double() for k in range(n))
            """: OTHERWISE,
            "(F.one_hot(taken, n).double().mean(1) > share).double().sum(1)": "equal to `share`",
            "(F.one_hot(taken, n).double().mean((0, 1)) >= share).sum() * torch.ones(len(taken))": (
                "over all x together"
            ),
            "(F.one_hot(taken, n).sum(1) >= share).double().sum(1)": ("reached once"),
            "torch.tensor([float(len(row.unique())) for row in taken])": "reached once",
            "(F.one_hot(taken, n).double().mean(1) >= share).double().mean(1)": ("too small by"),
            "(F.one_hot(taken, n).double().mean(1) >= share).double()": "its shape is",
            "(F.one_hot(taken, n).double().mean(1) >= share).double().sum(1).mean()": (
                "mean of the right values"
            ),
            "(F.one_hot(taken, n).double().mean(0) >= share).double().sum(1)": "its shape is",
            "(F.one_hot(taken, n).double().mean(1) < share).double().sum(1)": "taken less often",
            """
            shares = torch.stack([(taken == k).double().mean(1) for k in range(1, n)], 1)
            return (shares >= share).double().sum(1)
            """: "face 0 is not looked at",
            """
            shares = torch.stack([(taken == k).double().mean(1) for k in range(n - 1)], 1)
            return (shares >= share).double().sum(1)
            """: "last mode",
            "[int((row.bincount() / len(row) >= share).sum()) for row in taken]": "list of numbers",
            "print((F.one_hot(taken, n).double().mean(1) >= share).sum(1))": "returned None",
            """
            shares = torch.stack([(taken == k).double().mean(1) for k in range(n)], 1)
            return (shares > share).double().sum(1)
            """: "a share equal to",
            """
            shares = torch.stack([(taken == k).double().mean(1) for k in range(n)], 1)
            return (shares >= share).double().mean(1)
            """: "too small by the factor n",
            """
            shares = torch.stack([(taken == k).double().mean() for k in range(n)])
            return (shares >= share).double().sum().expand(len(taken))
            """: "you counted over all x together",
            """
            shares = torch.stack([(taken == k).double().sum(1) for k in range(n)], 1)
            return (shares >= share).double().sum(1)
            """: "you counted every mode that is reached",
            """
            shares = torch.stack([(taken == k).double().mean(1) for k in range(n)], 1)
            return (shares >= share).double().sum(0)
            """: "you counted, for each face, the x",
            "torch.tensor([float(len(set(r.tolist()))) for r in taken])": (
                "you counted every mode that is reached"
            ),
            """
            return torch.tensor(
                [float((r.bincount(minlength=n) >= share * n).sum()) for r in taken]
            )
            """: "you divided by n, the number of faces",
            """
            return (F.one_hot(taken, n).double().mean(1) >= share).double().mean(0)
            """: OTHERWISE,
            """
            return (
                torch.stack([(taken == k).double().mean(1) >= share for k in range(n)], 1)
                .any(1)
                .double()
            )
            """: OTHERWISE,
            """
            return ((F.one_hot(taken, n).sum(1) / n) >= share).double().sum(1)
            """: "you divided by n, the number of faces",
        },
    ),
)
