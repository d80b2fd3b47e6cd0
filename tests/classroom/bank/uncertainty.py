"""Answers to the exercises of notebook 13."""

from classroom.bank import OTHERWISE, Answers


def walk(step, keep="x", start="0", count="n_iter", end=None):
    """A body of langevin: the step, what is added up, and what is returned."""
    end = end or "return x, mean, squares / n - mean**2"
    return f"""
    total, squares, n = 0, 0, 0
    for k in range({start}, {count}):
        {step}
        if k >= burn_in:
            kept = {keep}
            total, squares, n = total + kept.mean(0, True), squares + (kept**2).mean(0, True), n + 1
    mean, squares = total / n, squares
    {end}
    """


STEP = "x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()"


ANSWERS = (
    Answers(
        exercise="langevin",
        head="def langevin(grad, x, tau, n_iter, burn_in, draw):",
        right=[
            """
            for _ in range(burn_in):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
            t, a, b = n_iter - burn_in, 0, 0
            for _ in range(t):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                a = a + x.mean(0, keepdim=True) / t
                b = b + x.pow(2).mean(0, keepdim=True) / t
            return x, a, b - a.pow(2)
            """,
            walk(STEP),
            """
            kept = []
            for k in range(n_iter):
                x = x - tau * grad(x) + math.sqrt(2 * tau) * draw()
                if k >= burn_in:
                    kept.append(x)
            draws = torch.cat(kept)
            return x, draws.mean(0, keepdim=True), draws.var(0, unbiased=False, keepdim=True)
            """,
            """
            mean, m2, n = torch.zeros_like(x[:1]), torch.zeros_like(x[:1]), 0
            for k in range(1, n_iter + 1):
                xi = draw()
                x = torch.add(x, grad(x), alpha=-tau) + xi * np.sqrt(2 * tau)
                for one in x[:, None] if k > burn_in else ():
                    n += 1
                    gap = one - mean
                    mean = mean + gap / n
                    m2 = m2 + gap * (one - mean)
            return x, mean, m2 / n
            """,
            """
            for _ in range(burn_in):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
            first, second = torch.zeros_like(x), torch.zeros_like(x)
            for _ in range(n_iter - burn_in):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                first, second = first + x, second + x * x
            n = n_iter - burn_in
            mean = first.sum(0)[None] / (n * len(x))
            return x, mean, second.sum(0)[None] / (n * len(x)) - mean.pow(2)
            """,
            """
            x, seen = x.clone(), []
            for k in range(n_iter):
                slope = grad(x)
                x -= tau * slope
                x += (2 * tau) ** 0.5 * draw()
                seen.append(x.clone())
            seen = torch.stack(seen[burn_in:]).flatten(0, 1)
            mean = seen.mean(0)
            return [x, mean[None], (seen - mean).square().mean(0)[None]]
            """,
            """
            n, mean, m2 = 0, torch.zeros_like(x[:1]), torch.zeros_like(x[:1])
            u = x.clone()
            for k in range(n_iter):
                u -= tau * grad(u.clone())
                u += math.sqrt(2 * tau) * draw()
                if k < burn_in:
                    continue
                for image in u:
                    n += 1
                    d = image - mean
                    mean = mean + d / n
                    m2 = m2 + d * (image - mean)
            return u, mean, m2 / n
            """,
            """
            def step(u):
                return u - tau * grad(u) + (2 * tau) ** 0.5 * draw()

            k, s1, s2 = 0, 0, 0
            while k < n_iter:
                x = step(x)
                k += 1
                if k > burn_in:
                    s1 += x.sum(dim=0, keepdim=True)
                    s2 += (x * x).sum(dim=0, keepdim=True)
            N = (n_iter - burn_in) * len(x)
            m = s1 / N
            return [x, m, s2 / N - m.square()]
            """,
            """
            shift = x.mean(0, keepdim=True)
            a, b = 0, 0
            for k in range(1, n_iter + 1):
                noise = draw()
                x = torch.add(x - tau * grad(x), noise, alpha=float((2 * tau) ** 0.5))
                keep = float(k > burn_in)
                c = x - shift
                a = a + keep * torch.einsum("bchw->chw", c)[None]
                b = b + keep * torch.einsum("bchw,bchw->chw", c, c)[None]
            N = x.shape[0] * (n_iter - burn_in)
            return x, a / N + shift, b / N - (a / N) ** 2
            """,
            """
            from collections import namedtuple

            Result = namedtuple("Result", "x mean var")
            total = np.zeros(x.shape[1:])
            squares = np.zeros(x.shape[1:])
            for k in range(n_iter):
                x = x - tau * grad(x) + np.sqrt(2 * tau) * draw()
                if k >= burn_in:
                    total += x.numpy().mean(0)
                    squares += (x.numpy() ** 2).mean(0)
            total /= n_iter - burn_in
            squares /= n_iter - burn_in
            return Result(
                x, torch.from_numpy(total)[None], torch.from_numpy(squares - total**2)[None]
            )
            """,
        ],
        wrong={
            """
            n, s1, s2 = 0, 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + 2 * tau**0.5 * draw()
                if k >= burn_in:
                    s1 = s1 + x.sum(0, keepdim=True)
                    s2 = s2 + (x * x).sum(0, keepdim=True)
                    n += len(x)
            m = s1 / n
            return x, m, s2 / n - m**2
            """: "2√τ instead",
            """
            n, s1, s2 = 0, 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + tau * 2**0.5 * draw()
                if k >= burn_in:
                    s1 = s1 + x.sum(0, keepdim=True)
                    s2 = s2 + (x * x).sum(0, keepdim=True)
                    n += len(x)
            m = s1 / n
            return x, m, s2 / n - m**2
            """: "√2·τ instead",
            """
            n, s1, s2 = 0, 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in - 1:
                    s1 = s1 + x.sum(0, keepdim=True)
                    s2 = s2 + (x * x).sum(0, keepdim=True)
                    n += len(x)
            m = s1 / n
            return x, m, s2 / n - m**2
            """: "one step too early",
            """
            n, s1, s2 = 0, 0, 0
            for k in range(n_iter + burn_in):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    s1 = s1 + x.sum(0, keepdim=True)
                    s2 = s2 + (x * x).sum(0, keepdim=True)
                    n += len(x)
            m = s1 / n
            return x, m, s2 / n - m**2
            """: "burn-in is a part",
            """
            n, s1, s2 = 0, 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    s1 = s1 + x.sum(0, keepdim=True)
                    s2 = s2 + (x * x).sum(0, keepdim=True)
                    n += 1
            m = s1 / n
            return x, m, s2 / n - m**2
            """: "the mean is too large by",
            """
            n, s1, s2 = 0, 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    s1 = s1 + x.sum(0, keepdim=True)
                    s2 = s2 + (x * x).sum(0, keepdim=True)
                    n += len(x)
            m = s1 / n
            return x, m, m**2 - s2 / n
            """: "the variance has the wrong sign",
            walk("x = x - tau * grad(x) + tau**0.5 * draw()"): "√τ instead",
            walk("x = x - tau * grad(x) + 2 * tau * draw()"): "2τ instead",
            walk("x = x - tau * grad(x) + draw()"): "factor 1 instead",
            walk("x = x - tau * grad(x) + tau * draw()"): "factor τ instead",
            walk("x = x + tau * grad(x) + (2 * tau) ** 0.5 * draw()"): "uphill",
            walk("x = x - tau * grad(x)"): "left the noise out",
            walk(STEP, start="1"): "the loop begins with 1",
            walk(STEP, count="n_iter + 1"): "one step too many",
            walk("old, x = x, x - tau * grad(x) + (2 * tau) ** 0.5 * draw()", keep="old"): (
                "before its step"
            ),
            walk(STEP, end="return x, mean, (squares / n - mean**2).sqrt()"): "deviation",
            walk(STEP, end="return x, mean, squares / n"): "mean of the squares",
            walk(STEP, end="return x, mean"): "expected 3 values",
            walk(STEP, end="return x, mean[0], squares[0] / n - mean[0] ** 2"): "keepdim=True",
            walk(STEP, end="return mean, squares / n - mean**2, x"): "shape of the last images",
            walk(STEP, end="print(mean)"): "returned None",
            walk(STEP, end="return x, total, squares / n - mean**2"): OTHERWISE,
            """
            xi, kept = draw(), []
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * xi
                if k >= burn_in:
                    kept.append(x)
            draws = torch.cat(kept)
            return x, draws.mean(0, keepdim=True), draws.var(0, unbiased=False, keepdim=True)
            """: "same noise",
            """
            kept = []
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k > burn_in:
                    kept.append(x)
            draws = torch.cat(kept)
            return x, draws.mean(0, keepdim=True), draws.var(0, unbiased=False, keepdim=True)
            """: r"burn_in \+ 2",
            """
            kept = []
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                kept.append(x)
            draws = torch.cat(kept)
            return x, draws.mean(0, keepdim=True), draws.var(0, unbiased=False, keepdim=True)
            """: "count all steps",
            """
            kept = []
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    kept.append(x)
            draws = torch.stack(kept)
            return x, draws.mean((0, 1))[None], draws.var(0, unbiased=False).mean(0)[None]
            """: "own variances",
            """
            kept = []
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    kept.append(x)
            draws = torch.cat(kept)
            return x, draws.mean(0, keepdim=True), draws.var(0, keepdim=True)
            """: "minus 1",
            """
            kept = []
            for k in range(n_iter):
                x = x - tau * (grad(x) + (2 * tau) ** 0.5 * draw())
                if k >= burn_in:
                    kept.append(x)
            draws = torch.cat(kept)
            return x, draws.mean(0, keepdim=True), draws.var(0, unbiased=False, keepdim=True)
            """: "your τ also multiplies the noise, which",
            """
            kept = []
            for k in range(n_iter):
                x += -tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    kept.append(x.clone())
            draws = torch.cat(kept)
            return x, draws.mean(0, keepdim=True), draws.var(0, unbiased=False, keepdim=True)
            """: "changed its argument x",
            """
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
            return x, x.mean(0, keepdim=True), x.var(0, unbiased=False, keepdim=True)
            """: "last images alone",
            """
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * torch.randn_like(x)
            return x, x.mean(0, keepdim=True), x.var(0, unbiased=False, keepdim=True)
            """: "random numbers",
            """
            total, squares = 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k > burn_in:
                    total = total + x.mean(0, keepdim=True)
                    squares = squares + x.square().mean(0, keepdim=True)
            mean = total / (n_iter - burn_in)
            return x, mean, squares / (n_iter - burn_in) - mean**2
            """: "the first image that counts is left out",
            """
            total, squares = 0, 0
            xi = draw()
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * xi
                if k >= burn_in:
                    total = total + x.mean(0, keepdim=True)
                    squares = squares + x.square().mean(0, keepdim=True)
            mean = total / (n_iter - burn_in)
            return x, mean, squares / (n_iter - burn_in) - mean**2
            """: "every step has the same noise",
            """
            total, squares = 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + 2 * tau * draw()
                if k >= burn_in:
                    total = total + x.mean(0, keepdim=True)
                    squares = squares + x.square().mean(0, keepdim=True)
            mean = total / (n_iter - burn_in)
            return x, mean, squares / (n_iter - burn_in) - mean**2
            """: "your noise has the factor 2τ instead of",
            """
            total, squares = 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    total = total + x
                    squares = squares + x.square()
            mean = total / (n_iter - burn_in)
            var = squares / (n_iter - burn_in) - mean**2
            return x, mean.mean(0, keepdim=True), var.mean(0, keepdim=True)
            """: "you averaged the chains",
            """
            total, squares = 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    total = total + x.mean(0, keepdim=True)
                    squares = squares + x.square().mean(0, keepdim=True)
            mean = total / (n_iter - burn_in)
            return x, mean, (squares / (n_iter - burn_in) - mean**2).sqrt()
            """: "you returned the deviation",
            """
            total, squares = 0, 0
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    m = x.mean(0, keepdim=True)
                    total = total + m
                    squares = squares + m.square()
            mean = total / (n_iter - burn_in)
            return x, mean, squares / (n_iter - burn_in) - mean**2
            """: "you took the variance of the chains",
            """
            total, squares = 0, 0
            for k in range(n_iter):
                if k >= burn_in:
                    total = total + x.mean(0, keepdim=True)
                    squares = squares + x.square().mean(0, keepdim=True)
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
            m = total / (n_iter - burn_in)
            return x, m, squares / (n_iter - burn_in) - m**2
            """: "you count each x before its step, not",
            """
            kept = []
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    kept.append(x)
            kept = torch.cat(kept)
            return x, kept.mean(0, keepdim=True), kept.var(0, keepdim=True)
            """: "you divided the variance by the number",
            """
            total, squares = 0, 0
            for k in range(burn_in + n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                if k >= burn_in:
                    total = total + x.mean(0, keepdim=True)
                    squares = squares + x.square().mean(0, keepdim=True)
            m = total / n_iter
            return x, m, squares / n_iter - m**2
            """: "you made burn_in",
            """
            total, squares = 0, 0
            for k in range(n_iter):
                x = x - tau * (grad(x) + (2 * tau) ** 0.5 * draw())
                if k >= burn_in:
                    total = total + x.mean(0, keepdim=True)
                    squares = squares + x.square().mean(0, keepdim=True)
            m = total / (n_iter - burn_in)
            return x, m, squares / (n_iter - burn_in) - m**2
            """: "your τ also multiplies the noise, which",
            """
            kept = []
            for k in range(n_iter):
                x = x - tau * grad(x) + tau**0.5 * draw()
                if k >= burn_in:
                    kept.append(x)
            k = torch.cat(kept)
            return x, k.mean(0, keepdim=True), k.var(0, correction=0, keepdim=True)
            """: "your noise has the factor √τ instead of",
            """
            kept = []
            for k in range(n_iter):
                x = x - tau * grad(x) + (2 * tau) ** 0.5 * draw()
                kept.append(x)
            k = torch.cat(kept[burn_in + 1 :])
            return x, k.mean(0, keepdim=True), k.var(0, correction=0, keepdim=True)
            """: "you count from step burn_in",
        },
    ),
    Answers(
        exercise="conformal_quantile",
        head="def conformal_quantile(scores, level):",
        right=[
            """
            k = int(np.ceil((scores.shape[-1] + 1) * level))
            return torch.from_numpy(np.partition(scores.numpy(), k - 1, axis=-1)[..., k - 1])
            """,
            """
            n = scores.shape[-1]
            k = -int(-(n + 1) * level // 1)
            return scores.topk(k, dim=-1, largest=False).values[..., -1]
            """,
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1).values[..., k - 1]
            """,
            """
            n = scores.size(-1)
            return torch.kthvalue(scores, int(np.ceil((n + 1) * level)), dim=-1).values
            """,
            """
            k = -int(-(scores.shape[-1] + 1) * level // 1)
            return torch.sort(scores, -1)[0].select(-1, k - 1)
            """,
            """
            k = math.ceil(level * (1 + scores.shape[-1]))
            return scores.topk(k, dim=-1, largest=False).values.amax(-1)
            """,
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return torch.from_numpy(np.sort(scores.numpy(), axis=-1)[..., k - 1])
            """,
            """
            k = -(-(scores.shape[-1] + 1) * level // 1)
            s, _ = torch.sort(scores)
            return s[..., int(k) - 1]
            """,
            """
            n = scores.size(-1)
            k = math.ceil((n + 1) * level)
            return torch.topk(scores, k, dim=-1, largest=False).values.amax(-1)
            """,
            """
            a = scores.numpy()
            k = int(np.ceil((a.shape[-1] + 1) * level))
            return torch.from_numpy(np.partition(a, k - 1, axis=-1)[..., k - 1])
            """,
            """
            from math import ceil

            n = scores.shape[-1]
            k = ceil((n + 1) * level)
            below = (scores[..., None, :] <= scores[..., :, None]).sum(-1)
            return torch.where(below >= k, scores, float("inf")).min(-1).values
            """,
        ],
        wrong={
            """
            k = round((scores.shape[-1] + 1) * level)
            return scores.sort(-1).values[..., k - 1]
            """: "nearest",
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.sort(-1).values[..., k - 2]
            """: "the score before",
            """
            k = math.ceil((scores.shape[-1] + 1) * (1 - level))
            return scores.sort(-1).values[..., k - 1]
            """: "exchanged level",
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.kthvalue(k)
            """: "take its .values",
            """
            k = math.ceil((len(scores) + 1) * level)
            return scores.sort(-1).values[..., k - 1]
            """: "n is the number of rows for you",
            """
            k = math.ceil(scores.shape[-1] * level)
            return scores.sort(dim=-1).values[..., k - 1]
            """: r"\+ 1 for the new image",
            """
            k = math.floor((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1).values[..., k - 1]
            """: "rounded down",
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1).values[..., min(k, scores.shape[-1] - 1)]
            """: "counted from 0",
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1, descending=True).values[..., k - 1]
            """: "descending",
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores[..., k - 1]
            """: "did not sort",
            "torch.quantile(scores, level, dim=-1)": "torch.quantile",
            "scores.quantile(math.ceil((scores.shape[-1] + 1) * level) / 100, dim=-1)": OTHERWISE,
            "scores.sort(dim=-1).values[..., math.ceil((len(scores) + 1) * level) - 1]": "rows",
            """
            k = (scores.shape[-1] + 1) * level
            return scores.sort(dim=-1).values[..., k - 1]
            """: "it raised",
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1)[..., k - 1]
            """: "it raised",
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1).indices[..., k - 1]
            """: "int64",
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1).values[..., :k]
            """: "its shape is",
            """
            k = math.ceil((scores.shape[-1] + 1) * level)
            print(scores.sort(dim=-1).values[..., k - 1])
            """: "returned None",
            """
            import math

            k = math.ceil(scores.shape[-1] * level)
            return scores.sort(dim=-1).values[..., k - 1]
            """: "you took k = ⌈n·level⌉",
            """
            import math

            k = math.ceil((scores.shape[-1] + 1) * level)
            return (
                scores.sort(dim=-1).values[..., k]
                if k < scores.shape[-1]
                else scores.max(dim=-1).values
            )
            """: "you counted from 0",
            """
            k = round((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1).values[..., k - 1]
            """: "you rounded to the nearest",
            """
            import math

            k = math.ceil((scores.shape[0] + 1) * level)
            return scores.sort(dim=0).values[min(k, len(scores)) - 1]
            """: "you took the first dimension",
            """
            import math

            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1, descending=True).values[..., k - 1]
            """: "you sorted in descending order",
            """
            import math

            k = math.floor((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1).values[..., k - 1]
            """: "you rounded down",
            """
            import math

            k = math.ceil((scores.shape[-1] + 1) * level)
            return scores.sort(dim=-1).indices[..., k - 1]
            """: "holds torch.int64",
            """
            import math

            k = math.ceil((scores.shape[-1] - 1) * level)
            return scores.sort(dim=-1).values[..., k]
            """: "your index is ⌈",
            """
            return scores.sort(dim=-1).values[..., -math.ceil((scores.shape[-1] + 1) * level)]
            """: "you sorted in descending order",
            """
            return scores.kthvalue(int((scores.shape[-1] + 1) * level), dim=-1).values
            """: "you rounded down",
        },
    ),
    Answers(
        exercise="calibrate",
        head="def calibrate(x_hat, x, s, level):",
        right=[
            """
            r = ((x - x_hat).abs() / s).flatten().sort().values
            n, N = len(x), r.numel()
            outside = N - 1 - torch.arange(N)
            ok = (n * outside / N + 1) / (n + 1) <= 1 - level + 1e-9
            return r[ok][0]
            """,
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels + 1e-6)
            score = ((x - x_hat).abs() / s).flatten()
            return score.kthvalue(n * pixels - outside).values
            """,
            """
            n, pixels = len(x), x.shape[1] * x.shape[2] * x.shape[3]
            score = torch.sort(((x_hat - x).abs() / s).reshape(-1), descending=True).values
            return score[int(((n + 1) * (1 - level) - 1) * pixels)].item()
            """,
            """
            # try all scores: q is one of them
            n = len(x)
            score = ((x - x_hat).abs() / s).flatten(1)
            for q in score.flatten().sort().values:
                risk = (score > q).double().mean()
                if (n * risk + 1) / (n + 1) <= 1 - level:
                    return q
            """,
            """
            n, (low, high) = len(x), (0.0, 1e4)
            while high - low > 1e-12 * high:
                q = (low + high) / 2
                risk = ((x - x_hat).abs() > q * s).double().mean().item()
                low, high = (low, q) if n * risk + 1 <= (n + 1) * (1 - level) else (q, high)
            return high
            """,
            """
            n = len(x)
            score = np.sort((abs(x - x_hat) / s).numpy().ravel())
            risk = 1 - np.arange(1, score.size + 1) / score.size
            return score[np.argmax((n * risk + 1) / (n + 1) <= 1 - level)]
            """,
            """
            n = x.shape[0]
            r = np.sort((np.abs((x - x_hat).numpy()) / s.numpy()).ravel())
            may = int(((n + 1) * (1 - level) - 1) * (r.size // n) + 1e-6)
            return float(r[r.size - may - 1])
            """,
            """
            n, total = x.size(0), x.numel()
            P = total // n
            r = torch.abs(x - x_hat).div(s).reshape(-1)
            out = math.floor(P * ((n + 1) * (1 - level) - 1) + 1e-6)
            return r.topk(out + 1).values[-1].item()
            """,
            """
            r = torch.sort(((x - x_hat).abs() / s).flatten()).values
            n, P = len(x), x[0].numel()
            lo, hi = 0, len(r) - 1

            def ok(i):
                outside = (r > r[i]).sum().item() / P
                return (outside + 1) / (n + 1) <= 1 - level + 1e-9

            while lo < hi:
                mid = (lo + hi) // 2
                if ok(mid):
                    hi = mid
                else:
                    lo = mid + 1
            return r[lo]
            """,
            """
            n = len(x)
            score = (x_hat - x).abs().mul(s.reciprocal()).ravel()
            per = score.numel() / n
            may_miss = (n + 1) * (1 - level) - 1
            ordered = score.sort(descending=True)[0]
            return ordered[math.floor(may_miss * per + 1e-6)]
            """,
        ],
        wrong={
            """
            r = ((x - x_hat).abs() / s).flatten()
            n = len(x)
            allowed = math.floor(((n + 1) * (1 - level) - 1) / n * r.numel() + 1e-6)
            return r.sort().values[r.numel() - 1 - allowed], allowed
            """: "is a tuple",
            """
            r = ((x - x_hat).abs() / s).flatten()
            n = len(x)
            allowed = math.floor(((n + 1) * (1 - level) - 1) / n * r.numel() + 1e-6)
            return r.sort().values[[r.numel() - 1 - allowed]]
            """: "shape is",
            """
            r = ((x - x_hat).abs() / s).flatten()
            n = len(x)
            allowed = math.floor(((n + 1) * (1 - level) - 1) / n * r.numel() + 1e-6)
            q = 0.0
            while (r > q).sum() > allowed:
                q += 0.01
            return q
            """: OTHERWISE,
            """
            r = ((x - x_hat).abs() / s.mean()).flatten()
            n = len(x)
            allowed = math.floor(((n + 1) * (1 - level) - 1) / n * r.numel() + 1e-6)
            return r.sort().values[r.numel() - 1 - allowed]
            """: OTHERWISE,
            """
            r = ((x - x_hat).abs() / s).flatten()
            n = r.numel()
            allowed = math.floor(((n + 1) * (1 - level) - 1) / n * r.numel() + 1e-6)
            return r.sort().values[r.numel() - 1 - allowed]
            """: "each pixel as an image",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(n * (1 - level) * pixels)
            return ((x - x_hat).abs() / s).flatten().kthvalue(n * pixels - outside).values
            """: r"both \+ 1",
            "((x - x_hat).abs() / s).quantile(level)": "torch.quantile",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor((n + 1) * (1 - level) * pixels)
            return ((x - x_hat).abs() / s).flatten().kthvalue(n * pixels - outside).values
            """: r"\+ 1 above",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor((n * (1 - level) - 1) * pixels)
            return ((x - x_hat).abs() / s).flatten().kthvalue(n * pixels - outside).values
            """: r"\+ 1 below",
            """
            score = ((x - x_hat).abs() / s).flatten().sort().values
            return score[math.ceil((len(score) + 1) * level) - 1]
            """: "each pixel as an image",
            """
            score = ((x - x_hat).abs() / s).flatten(1).amax(1).sort().values
            return score[math.ceil((len(score) + 1) * level) - 1]
            """: "whole images",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels)
            return (x - x_hat).abs().flatten().kthvalue(n * pixels - outside).values
            """: "divide the error by s",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels)
            return ((x - x_hat) / s).flatten().kthvalue(n * pixels - outside).values
            """: "absolute value",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels)
            return ((x - x_hat).abs() * s).flatten().kthvalue(n * pixels - outside).values
            """: "multiplied",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels)
            return ((x - x_hat).abs() / s).flatten().sort().values[n * pixels - outside]
            """: "next larger",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels)
            return ((x - x_hat).abs() / s).flatten().sort().values[n * pixels - outside - 2]
            """: "next smaller",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels)
            return ((x - x_hat).abs() / s).flatten().sort().values[-outside]
            """: "next larger",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels)
            return ((x - x_hat) ** 2 / s).flatten().kthvalue(n * pixels - outside).values
            """: "squared",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor((n + 1) * (1 - level) - 1)
            return ((x - x_hat).abs() / s).flatten().kthvalue(n * pixels - outside).values
            """: "counted images, not pixels",
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels)
            return ((x - x_hat).abs() / s).flatten().kthvalue(outside).values
            """: OTHERWISE,
            """
            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels)
            print(((x - x_hat).abs() / s).flatten().kthvalue(n * pixels - outside).values)
            """: "returned None",
            """
            n, pixels = len(x), x[0].numel()
            outside = ((n + 1) * (1 - level) - 1) * pixels
            return ((x - x_hat).abs() / s).flatten().sort().values[n * pixels - outside - 1]
            """: "it raised",
            """
            import math

            n, pixels = len(x), x[0].numel()
            outside = math.floor(n * (1 - level) * pixels + 1e-6)
            scores = ((x - x_hat).abs() / s).flatten()
            return scores.kthvalue(n * pixels - outside).values
            """: "1 are missing",
            """
            import math

            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels + 1e-6)
            scores = ((x - x_hat).abs() * s).flatten()
            return scores.kthvalue(n * pixels - outside).values
            """: "you multiplied the error by s",
            """
            import math

            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels + 1e-6)
            scores = ((x - x_hat) / s).flatten()
            return scores.kthvalue(n * pixels - outside).values
            """: "you forgot the absolute value of the",
            """
            import math

            k = math.ceil((x.numel() + 1) * level)
            scores = ((x - x_hat).abs() / s).flatten()
            return scores.kthvalue(k).values
            """: "you treated each pixel as an image",
            """
            import math

            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels + 1e-6)
            scores = ((x - x_hat).abs() / s).flatten()
            return scores.kthvalue(n * pixels - outside + 1).values
            """: "you took the next larger score",
            """
            import math

            n, pixels = len(x), x[0].numel()
            outside = math.floor(((n + 1) * (1 - level) - 1) * pixels + 1e-6)
            scores = (x - x_hat).abs().flatten()
            return scores.kthvalue(n * pixels - outside).values
            """: "you did not divide the error by s",
            """
            import math

            n = len(x)
            scores = ((x - x_hat).abs() / s).flatten(1).mean(1).sort().values
            return scores[math.ceil((n + 1) * level) - 1]
            """: "you averaged the scores of each image",
            """
            import math

            n, p = len(x), x[0].numel()
            out = math.floor(((n + 1) * (1 - level) - 1) * p + 1e-6)
            scores = ((x - x_hat).abs() / x_hat.abs()).flatten()
            return scores.kthvalue(n * p - out).values
            """: "you divided by x̂",
            """
            import math

            n, p = len(x), x[0].numel()
            out = math.ceil(((n + 1) * (1 - level) - 1) * p)
            scores = ((x - x_hat).abs() / s).flatten()
            return scores.kthvalue(n * p - out).values
            """: "you took the next smaller score, or",
            "((x - x_hat).abs() / s).flatten().quantile(level)": "quantile of all pixels",
            """
            return (
                ((x - x_hat).abs() / s)
                .amax((1, 2, 3))
                .sort()
                .values[math.ceil((len(x) + 1) * level) - 1]
            )
            """: "you want whole images inside",
        },
    ),
    Answers(
        exercise="covered",
        head="def covered(lower, upper, x):",
        right=[
            "(x.clamp(lower, upper) == x).double().flatten(1).mean(-1)",
            """
            found = zip(lower, upper, x)
            return torch.stack([((a <= c) & (c <= b)).double().mean() for a, b, c in found])
            """,
            "((lower <= x) & (x <= upper)).to(x.dtype).mean(dim=(1, 2, 3))",
            """
            outside = (x < lower) | (x > upper)
            return 1 - outside.double().flatten(1).mean(1)
            """,
            """
            shares = []
            for a, u, b in zip(lower, x, upper):
                shares.append(((a <= u) * (u <= b)).double().mean())
            return torch.stack(shares)
            """,
            "(x.clamp(lower, upper) == x).to(x.dtype).mean((1, 2, 3))",
            """
            inside = torch.logical_and(x.ge(lower), x.le(upper))
            return inside.sum((1, 2, 3)) / x[0].numel()
            """,
            """
            return (
                torch.einsum("bchw->b", ((x - lower >= 0) * (upper - x >= 0)).double())
                / x[0].numel()
            )
            """,
            """
            return torch.stack(
                [((l <= v) & (v <= u)).to(v.dtype).mean() for l, u, v in zip(lower, upper, x)]
            )
            """,
            """
            return 1 - ((x < lower) | (x > upper)).to(x.dtype).flatten(1).mean(1)
            """,
            """
            a, b, v = lower.numpy(), upper.numpy(), x.numpy()
            return torch.from_numpy(np.logical_and(a <= v, v <= b).mean(axis=(1, 2, 3)))
            """,
        ],
        wrong={
            "((lower <= x) & (x < upper)).to(x.dtype).mean((1, 2, 3))": "upper bound itself",
            "((lower < x) & (x <= upper)).to(x.dtype).mean((1, 2, 3))": "lower bound itself",
            "100 * ((lower <= x) & (x <= upper)).to(x.dtype).mean((1, 2, 3))": "100 times",
            "(lower <= x <= upper).to(x.dtype).mean((1, 2, 3))": "it raised RuntimeError",
            "((lower <= x).to(x.dtype) + (x <= upper).to(x.dtype)).mean((1, 2, 3)) / 2": OTHERWISE,
            "((lower < x) & (x < upper)).double().mean(dim=(1, 2, 3))": "left the bounds out",
            "((lower <= x) & (x <= upper)).double().mean()": "mean of the right values",
            "((x < lower) | (x > upper)).double().mean(dim=(1, 2, 3))": "pixels outside",
            "((lower <= x) | (x <= upper)).double().mean(dim=(1, 2, 3))": "one of the two",
            "(lower <= x).double().mean(dim=(1, 2, 3))": "forgot the upper",
            "(x <= upper).double().mean(dim=(1, 2, 3))": "forgot the lower",
            "((upper <= x) & (x <= lower)).double().mean(dim=(1, 2, 3))": "exchanged",
            "((lower <= x) & (x <= upper)).flatten(1).all(1).double()": "whole image",
            "((lower <= x) & (x <= upper)).double().sum(dim=(1, 2, 3))": (
                "is it a sum where a mean is wanted"
            ),
            "((lower <= x) & (x <= upper)).double().mean(dim=(2, 3))": "its shape is",
            "((lower <= x) & (x <= upper)).double().mean(dim=0)": "its shape is",
            "lower <= x <= upper": "it raised",
            "((lower <= x) & (x <= upper)).mean(dim=(1, 2, 3))": "it raised",
            "((lower <= x) & (x <= upper)).double().mean(dim=(1, 2, 3)).tolist()": (
                "list of numbers"
            ),
            """
            inside = (lower < x) & (x < upper)
            return inside.to(x.dtype).mean(dim=(1, 2, 3))
            """: "you left the bounds out",
            """
            inside = (lower <= x) | (x <= upper)
            return inside.to(x.dtype).mean(dim=(1, 2, 3))
            """: "one of the two is enough for you",
            """
            inside = (lower <= x) & (x <= upper)
            return inside.to(x.dtype).mean()
            """: "mean of the right values",
            """
            inside = (lower <= x) & (x <= upper)
            return inside.to(x.dtype).sum(dim=(1, 2, 3))
            """: "too large by a factor",
            """
            inside = x <= upper
            return inside.to(x.dtype).mean(dim=(1, 2, 3))
            """: "you forgot the lower bound",
            """
            inside = (lower <= x) & (x <= upper)
            return inside.to(x.dtype).mean(dim=(2, 3))
            """: "its mean along dimension",
            """
            return ((lower <= x) * (x <= upper)).to(x.dtype).mean(dim=(0, 2, 3))
            """: "you took the mean over all images",
            """
            return ((x >= lower) & (x <= upper)).flatten(1).all(1).to(x.dtype)
            """: "you required the whole image to lie",
            """
            return (((x - lower) / (upper - lower)).clamp(0, 1)).mean(dim=(1, 2, 3))
            """: "this is the place in the interval",
            "((upper <= x) & (x <= lower)).to(x.dtype).mean((1, 2, 3))": (
                "you exchanged the two bounds"
            ),
        },
    ),
)
