"""Answers to the exercises of notebook 05."""

from classroom.bank import OTHERWISE, Answers

CONSTANTS = "c1, c2 = 0.01**2, 0.03**2\n"

ANSWERS = (
    Answers(
        exercise="psnr",
        head="def my_psnr(x, ref, peak):",
        right=[
            "20 * math.log10(peak) - 10 * math.log10(((x - ref) ** 2).mean().item())",
            """
            return (
                torch.log10(
                    peak * (x - ref).numel() ** 0.5 / torch.linalg.vector_norm(x - ref)
                )
                * 20
            )
            """,
            "-20 * torch.log10((x - ref).div(peak).square().mean().sqrt())",
            "20 * torch.log10(peak / (x - ref).square().mean().sqrt())",
            "10 * torch.log10(peak**2 / ((x - ref) ** 2).mean())",
            "10 * math.log10(peak**2 / F.mse_loss(x, ref).item())",
            """
            return 20 * math.log10(peak) - 10 * torch.log10(torch.mean((ref - x) ** 2))
            """,
            """
            return float(20 * np.log10(peak / np.sqrt(np.mean((x.numpy() - ref.numpy()) ** 2))))
            """,
            "metrics.psnr(x, ref, peak)[0]",
            """
            rmse = torch.linalg.vector_norm(x - ref) / math.sqrt(x.numel())
            return 20 * (math.log(peak) - rmse.log()) / math.log(10)
            """,
            """
            return 10 * (2 * math.log10(peak) - math.log10(float((x - ref).square().mean())))
            """,
            "-10 * torch.log10(F.mse_loss(x / peak, ref / peak))",
        ],
        wrong={
            """
            return 10 * torch.log10(peak**2 / (x - ref).square().mean().sqrt())
            """: "root of the MSE with the factor 10",
            """
            return 20 * torch.log10(ref.max() / (x - ref).square().mean().sqrt())
            """: "brightest value of ref",
            """
            return 20 * torch.log10(
                peak / ((x - ref).clamp(0, peak)).square().mean().sqrt()
            )
            """: OTHERWISE,
            "20 * torch.log10(1 + peak / (x - ref).square().mean().sqrt())": OTHERWISE,
            "10 * torch.log10(peak / (x - ref).square().mean().sqrt())": "10 log",
            "20 * torch.log10(255 / (x - ref).square().mean().sqrt())": "always used the peak 255",
            "20 * torch.log10(1 / (x - ref).square().mean().sqrt())": "always used the peak 1:",
            "20 * torch.log(peak / (x - ref).square().mean().sqrt())": "natural logarithm",
            "-20 * torch.log10(peak / (x - ref).square().mean().sqrt())": "sign",
            "20 * torch.log10((x - ref).square().mean().sqrt() / peak)": "sign",
            "20 * torch.log10(peak / (x - ref).square().mean())": "20 log.* of peak/MSE",
            "10 * torch.log10(peak / (x - ref).square().mean())": "forgot to square the peak",
            "20 * torch.log10(peak**2 / (x - ref).square().mean())": "twice",
            "20 * torch.log10(peak / (x - ref).square().sum().sqrt())": "summed",
            "20 * torch.log10(peak / (x - ref).abs().mean())": "absolute error",
            "20 * torch.log10(peak / (x - ref).mean().abs())": "averaged before squaring",
            "20 * torch.log10(peak / (x - ref).std())": "std|deviation",
            "20 * torch.log2(peak / (x - ref).square().mean().sqrt())": "base 2",
            "20 * torch.log10(x.max() / (x - ref).square().mean().sqrt())": "brightest value of x",
            """
            return 20 * torch.log10(peak / (x - ref).square().mean(dim=(2, 3)).sqrt()).mean()
            """: "each channel",
            """
            return 20 * torch.log10(peak / (x - ref).square().mean(dim=(2, 3)).sqrt())
            """: "shape",
            "(x - ref).square().mean().sqrt()": "you returned the RMSE",
            """
            return print(20 * torch.log10(peak / (x - ref).square().mean().sqrt()))
            """: "returned None",
            "20 * math.log10(peak / (x - ref).square().mean().sqrt().int())": "infinite",
            """
            return 20 * torch.log10(peak * (x - ref).square().mean().sqrt())
            """: r"the sign of 20 log₁₀\(RMSE\) is wrong",
            """
            return 10 * torch.log10(ref.square().mean() / (x - ref).square().mean())
            """: "you compared with the mean square of ref",
            "20 * torch.log10(peak / (x - ref).abs().max())": "you took the largest error",
            """
            return 20 * torch.log10(peak / (x.clamp(0, peak) - ref).square().mean().sqrt())
            """: "you clamped x",
            """
            return (20 * torch.log10(peak / (x - ref).abs())).mean()
            """: "you averaged the decibels of each pixel",
            """
            return 20 * torch.log10(peak**2 / (x - ref).square().mean().sqrt())
            """: r"the factor of 20 log₁₀\(peak\) is twice the right one",
        },
    ),
    Answers(
        exercise="ssim_patch",
        head="def ssim_patch(x, y):",
        before=CONSTANTS,
        right=[
            """
            C = torch.cov(torch.stack([x.flatten(), y.flatten()]), correction=0)
            mx, my = x.mean(), y.mean()
            return (
                (2 * mx * my + 0.0001)
                * (2 * C[0, 1] + 0.0009)
                / ((mx**2 + my**2 + 0.0001) * (C[0, 0] + C[1, 1] + 0.0009))
            )
            """,
            """
            n = x.numel()
            a, b = x.flatten() - x.mean(), y.flatten() - y.mean()
            return (
                (2 * x.mean() * y.mean() + 1e-4)
                * (2 * (a @ b) / n + 9e-4)
                / (
                    (x.mean() ** 2 + y.mean() ** 2 + 1e-4)
                    * ((a @ a) / n + (b @ b) / n + 9e-4)
                )
            )
            """,
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """,
            """
            a, b = x.mean(), y.mean()
            C = torch.cov(torch.stack([x.flatten(), y.flatten()]), correction=0)
            light = (2 * a * b + c1) / (a * a + b * b + c1)
            return light * (2 * C[0, 1] + c2) / (C[0, 0] + C[1, 1] + c2)
            """,
            """
            mx, my = x.mean(), y.mean()
            sx, sy = (x - mx).square().mean().sqrt(), (y - my).square().mean().sqrt()
            sxy = (x * y).mean() - mx * my
            l = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
            c = (2 * sx * sy + c2) / (sx**2 + sy**2 + c2)
            s = (sxy + c2 / 2) / (sx * sy + c2 / 2)
            return l * c * s
            """,
            """
            n = x.numel()
            mx, my = float(x.sum()) / n, float(y.sum()) / n
            vx, vy = float((x * x).sum()) / n - mx**2, float((y * y).sum()) / n - my**2
            cov = float((x * y).sum()) / n - mx * my
            return (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """,
            """
            a, b = x.numpy(), y.numpy()
            cov = np.cov(a.ravel(), b.ravel(), bias=True)
            top = (2 * a.mean() * b.mean() + c1) * (2 * cov[0, 1] + c2)
            return top / ((a.mean() ** 2 + b.mean() ** 2 + c1) * (np.trace(cov) + c2))
            """,
            """
            m, d = (x.mean() + y.mean()) / 2, x.mean() - y.mean()
            var = x.var(unbiased=False) + y.var(unbiased=False)
            gap = (x - y).var(unbiased=False)
            light = 1 - d**2 / (2 * m**2 + d**2 / 2 + c1)
            return light * (1 - gap / (var + c2))
            """,
        ],
        wrong={
            """
            mx, my = x.mean(), y.mean()
            sx, sy = (x * x).mean() - mx**2, (y * y).mean() - my**2
            sxy = (x * y).mean() - mx * my
            l = (2 * mx * my + 1e-4) / (mx**2 + my**2 + 1e-4)
            c = (2 * (sx * sy).sqrt() + 9e-4) / (sx + sy + 9e-4)
            s = (sxy + 9e-4) / ((sx * sy).sqrt() + 9e-4)
            return l * c * s
            """: "½ of c₂",
            """
            mx, my = x.mean(), y.mean()
            sx, sy, sxy = (
                x.var(correction=0),
                y.var(correction=0),
                ((x - mx) * (y - my)).mean(),
            )
            c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
            return (
                (2 * mx * my + c1)
                * (2 * sxy + c2)
                / ((mx**2 + my**2 + c1) * (sx + sy + c2))
            )
            """: "peak 255",
            """
            mx, my = x.mean(), y.mean()
            sx, sy, sxy = (
                x.var(correction=0),
                y.var(correction=0),
                ((x - mx) * (y - my)).mean(),
            )
            return (2 * mx * my + 1e-4) / (mx**2 + my**2 + 1e-4) + (2 * sxy + 9e-4) / (
                sx + sy + 9e-4
            )
            """: "added the two factors",
            """
            mx, my = x.mean(), y.mean()
            sx, sy, sxy = (
                x.var(correction=0),
                y.var(correction=0),
                ((x - mx) * (y - my)).mean().abs(),
            )
            return (
                (2 * mx * my + 1e-4)
                * (2 * sxy + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (sx + sy + 9e-4))
            )
            """: "lost its sign",
            """
            mx, my = x.mean(), y.mean()
            sx, sy = x.var(correction=0), y.var(correction=0)
            sxy = torch.cov(torch.stack([x.flatten(), y.flatten()]))[0, 1]
            return (
                (2 * mx * my + 1e-4)
                * (2 * sxy + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (sx + sy + 9e-4))
            )
            """: "covariance is divided by n − 1",
            """
            mx, my = x.mean(), y.mean()
            sx, sy, sxy = (
                x.var(correction=0),
                y.var(correction=0),
                ((x - mx) * (y - my)).mean(),
            )
            return (
                (2 * mx * my + 1e-4)
                * (2 * sxy + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (sx * sy + 9e-4))
            )
            """: "you multiplied the variances",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + c2) * (2 * cov + c1)
            return top / ((mu_x**2 + mu_y**2 + c2) * (var_x + var_y + c1))
            """: "exchanged c₁ and c₂",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(), y.var()
            cov = ((x - mu_x) * (y - mu_y)).sum() / (x.numel() - 1)
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "n − 1",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(), y.var()
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "the covariance by n",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + 0.01) * (2 * cov + 0.03)
            return top / ((mu_x**2 + mu_y**2 + 0.01) * (var_x + var_y + 0.03))
            """: "square the constants",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + c1) * (cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "factor 2 before the covariance",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "factor 2 before the product",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = 2 * mu_x * mu_y * 2 * cov
            return top / ((mu_x**2 + mu_y**2) * (var_x + var_y))
            """: "left the constants out",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.std(correction=0), y.std(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "standard deviations",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x + mu_y + c1) * (var_x + var_y + c2))
            """: "square the means",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + c1) + (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "you added the two factors of the numerator",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = (x * y).mean()
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "means before the covariance",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).sum()
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "summed",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return 1 - top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "1 − SSIM|one minus",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = (var_x * var_y).sqrt()
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "left the structure out",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(correction=0), y.var(correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = 2 * cov + c2
            return top / (var_x + var_y + c2)
            """: "left the luminance out",
            """
            mu_x, mu_y = x.mean(), y.mean()
            var_x, var_y = x.var(dim=0, correction=0), y.var(dim=0, correction=0)
            cov = ((x - mu_x) * (y - mu_y)).mean()
            top = (2 * mu_x * mu_y + c1) * (2 * cov + c2)
            return top / ((mu_x**2 + mu_y**2 + c1) * (var_x + var_y + c2))
            """: "shape",
        },
    ),
    Answers(
        exercise="ssim_map",
        head="def my_ssim_map(x, y, w):",
        before=CONSTANTS,
        right=[
            """
            s = torch.cat([x, y, x * x, y * y, x * y], 1)
            mx, my, xx, yy, xy = F.conv2d(s, w.expand(5, 1, *w.shape), groups=5).split(
                1, 1
            )
            return (
                (2 * mx * my + 1e-4)
                * (2 * (xy - mx * my) + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (xx - mx**2 + yy - my**2 + 9e-4))
            )
            """,
            """
            h, k = w.shape
            P, Q = (F.unfold(t, (h, k)) for t in (x, y))
            v = w.flatten()[None, :, None]
            mx, my = (P * v).sum(1, True), (Q * v).sum(1, True)
            vx, vy, c = (
                ((P - mx) ** 2 * v).sum(1, True),
                ((Q - my) ** 2 * v).sum(1, True),
                ((P - mx) * (Q - my) * v).sum(1, True),
            )
            s = (
                (2 * mx * my + 1e-4)
                * (2 * c + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4))
            )
            return s.reshape(len(x), 1, x.shape[2] - h + 1, x.shape[3] - k + 1)
            """,
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """,
            """
            def over(a):
                h, k = w.shape
                rows, cols = a.shape[-2] - h + 1, a.shape[-1] - k + 1
                places = [(i, j) for i in range(h) for j in range(k)]
                return sum(w[i, j] * a[..., i : i + rows, j : j + cols] for i, j in places)

            mx, my = over(x), over(y)
            vx, vy, cov = over(x**2) - mx**2, over(y**2) - my**2, over(x * y) - mx * my
            light = (2 * mx * my + c1) / (mx**2 + my**2 + c1)
            return light * (2 * cov + c2) / (vx + vy + c2)
            """,
            """
            h, k = w.shape
            B, _, H, W = x.shape
            out = torch.zeros(B, 1, H - h + 1, W - k + 1, dtype=x.dtype)
            for b in range(B):
                for i in range(H - h + 1):
                    for j in range(W - k + 1):
                        p, q = x[b, 0, i : i + h, j : j + k], y[b, 0, i : i + h, j : j + k]
                        mp, mq = (w * p).sum(), (w * q).sum()
                        vp, vq = (w * (p - mp) ** 2).sum(), (w * (q - mq) ** 2).sum()
                        c = (w * (p - mp) * (q - mq)).sum()
                        top = (2 * mp * mq + c1) * (2 * c + c2)
                        out[b, 0, i, j] = top / ((mp**2 + mq**2 + c1) * (vp + vq + c2))
            return out
            """,
            """
            p = x.unfold(2, w.shape[0], 1).unfold(3, w.shape[1], 1)
            q = y.unfold(2, w.shape[0], 1).unfold(3, w.shape[1], 1)
            mp, mq = (p * w).sum((-1, -2)), (q * w).sum((-1, -2))
            dp, dq = p - mp[..., None, None], q - mq[..., None, None]
            vp, vq, c = ((d * w).sum((-1, -2)) for d in (dp * dp, dq * dq, dp * dq))
            return (2 * mp * mq + c1) / (mp**2 + mq**2 + c1) * (2 * c + c2) / (vp + vq + c2)
            """,
            """
            a = torch.cat([x, y, x * x, y * y, x * y], dim=1)
            m = F.conv2d(a, w.expand(5, 1, *w.shape), groups=5)
            mx, my, xx, yy, xy = (m[:, i : i + 1] for i in range(5))
            both, squares = mx * my, mx**2 + my**2
            top = (2 * both + c1) * (2 * (xy - both) + c2)
            return top / ((squares + c1) * (xx + yy - squares + c2))
            """,
            """
            columns = [F.unfold(a, tuple(w.shape)) for a in (x, y)]
            mx, my = (torch.einsum("bnl,n->bl", c, w.flatten()) for c in columns)
            dx, dy = columns[0] - mx[:, None], columns[1] - my[:, None]
            products = (dx * dx, dy * dy, dx * dy)
            vx, vy, cov = (torch.einsum("bnl,n->bl", d, w.flatten()) for d in products)
            out = (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            return out.reshape(len(x), 1, x.shape[2] - w.shape[0] + 1, x.shape[3] - w.shape[1] + 1)
            """,
        ],
        wrong={
            """
            k = w[None, None]
            m = lambda a: F.conv2d(a, k)
            mx, my = m(x), m(y)
            vx, vy, c = m(x * x) - mx**2, m(y * y) - my**2, m(x * y) - mx * my
            n = w.numel()
            f = n / (n - 1)
            return (
                (2 * mx * my + 1e-4)
                * (2 * f * c + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (f * vx + f * vy + 9e-4))
            )
            """: OTHERWISE,
            """
            k = w[None, None]
            m = lambda a: F.conv2d(a, k, padding=(w.shape[0] // 2, w.shape[1] // 2))
            mx, my = m(x), m(y)
            vx, vy, c = m(x * x) - mx**2, m(y * y) - my**2, m(x * y) - mx * my
            return (
                (2 * mx * my + 1e-4)
                * (2 * c + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4))
            )
            """: "its shape is",
            """
            k = w[None, None]
            m = lambda a: F.conv2d(a, k, stride=w.shape)
            mx, my = m(x), m(y)
            vx, vy, c = m(x * x) - mx**2, m(y * y) - my**2, m(x * y) - mx * my
            return (
                (2 * mx * my + 1e-4)
                * (2 * c + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4))
            )
            """: "its shape is",
            """
            k = w[None, None]
            m = lambda a: F.conv2d(a, k)
            mx, my = m(x), m(y)
            vx, vy, c = m(x * x) - mx**2, m(y * y) - my**2, m(x * y) - mx * my
            return (
                (2 * mx * my + 1e-4)
                * (2 * c + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4))
            )[:, 0]
            """: "keepdim",
            """
            k = w[None, None]
            m = lambda a: F.conv2d(a, k)
            mx, my = m(x), m(y)
            vx, vy, c = m(x) ** 2 - mx**2, m(y) ** 2 - my**2, m(x) * m(y) - mx * my
            return (
                (2 * mx * my + 1e-4)
                * (2 * c + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4))
            )
            """: "means alone",
            """
            def over(a):
                return F.avg_pool2d(a, tuple(w.shape), stride=1)

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "ignored the weights",
            """
            def over(a):
                return F.conv2d(a, w.flip(0, 1)[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "turned the window",
            """
            def over(a):
                return F.conv2d(a, w[None, None] / w.numel())

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "add up to 1",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x)
            vy = over(y * y)
            cov = over(x * y)
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "squares of the means",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = (over(x * x) - mx**2).clamp(min=0).sqrt()
            vy = (over(y * y) - my**2).clamp(min=0).sqrt()
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "standard deviations",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            return (2 * mx * my + c2) * (2 * cov + c1) / ((mx**2 + my**2 + c2) * (vx + vy + c1))
            """: "exchanged c",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            c1, c2 = 0.01, 0.03
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "square the constants",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            return (2 * mx * my + c1) * (cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "factor 2",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            return (2 * cov + c2) / (vx + vy + c2)
            """: "left the luminance out",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            return (2 * mx * my + c1) / (mx**2 + my**2 + c1)
            """: "means alone",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return (top / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean()
            """: "shape",
            """
            def over(a):
                return F.conv2d(a, w[None, None], padding=(w.shape[0] // 2, w.shape[1] // 2))

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "shape",
            """
            def over(a):
                return F.conv2d(a, w)

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "raised",
            """
            def over(a):
                return F.conv2d(a[0], w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "shape|keepdim",
            """
            def over(a):
                return F.conv2d(a, w[None, None], stride=tuple(w.shape))

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "shape",
            """
            def over(a):
                return F.conv2d(a, w.T[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "shape",
            """
            def over(a):
                return F.conv2d(a, w[None, None].float())

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "raised",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over((x - x.mean()) ** 2)
            vy = over((y - y.mean()) ** 2)
            cov = over((x - x.mean()) * (y - y.mean()))
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "mean of the whole image",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x) * over(y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "covariance is zero",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(y * y) - my**2
            top = (2 * mx * my + c1) * (2 * cov + c2)
            return top / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: OTHERWISE,
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            return 1 - (2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
            """: "1 − SSIM|one minus",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            return (2 * mx * my) * (2 * cov) / ((mx**2 + my**2) * (vx + vy))
            """: "left the constants out",
            """
            def over(a):
                return F.conv2d(a, w[None, None])

            mx, my = over(x), over(y)
            vx = over(x * x) - mx**2
            vy = over(y * y) - my**2
            cov = over(x * y) - mx * my
            top = (2 * mx * my + c1) * (2 * cov + c2)
            print(top.shape)
            """: "returned None",
        },
    ),
    Answers(
        exercise="lpips_layer",
        head="def lpips_layer(f, f0, w):",
        right=[
            """
            a = f / (torch.linalg.vector_norm(f, dim=0) + 1e-10)
            b = f0 / (torch.linalg.vector_norm(f0, dim=0) + 1e-10)
            return w @ ((a - b) ** 2).mean(dim=(1, 2))
            """,
            """
            a, b = (t.flatten(1) / (t.flatten(1).norm(dim=0) + 1e-10) for t in (f, f0))
            return ((w.sqrt()[:, None] * (a - b)) ** 2).sum(0).mean()
            """,
            """
            f = f / (f.square().sum(dim=0).sqrt() + 1e-10)
            f0 = f0 / (f0.square().sum(dim=0).sqrt() + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """,
            """
            a = f / (f.norm(dim=0, keepdim=True) + 1e-10)
            b = f0 / (f0.norm(dim=0, keepdim=True) + 1e-10)
            return torch.einsum("c,chw->hw", w, (a - b) ** 2).mean()
            """,
            """
            a = F.normalize(f, dim=0, eps=1e-10)
            b = F.normalize(f0, dim=0, eps=1e-10)
            return F.conv2d(((a - b) ** 2)[None], w[None, :, None, None]).mean()
            """,
            """
            def unit(v):
                return v / (torch.linalg.vector_norm(v, dim=0) + 1e-10)
            d = unit(f) - unit(f0)
            return (w @ (d * d).flatten(1)).mean().item()
            """,
            """
            C, H, W = f.shape
            total = 0.0
            for i in range(H):
                for j in range(W):
                    a = f[:, i, j] / (f[:, i, j].norm() + 1e-10)
                    b = f0[:, i, j] / (f0[:, i, j].norm() + 1e-10)
                    total += (w * (a - b) ** 2).sum()
            return total / (H * W)
            """,
            """
            f = f / ((f * f).sum(0) ** 0.5 + 1e-10)
            f0 = f0 / ((f0 * f0).sum(0) ** 0.5 + 1e-10)
            return (w.view(-1, 1, 1) * (f - f0) ** 2).mean() * len(w)
            """,
            """
            A, B = f.numpy(), f0.numpy()
            A = A / (np.sqrt((A**2).sum(0)) + 1e-10)
            B = B / (np.sqrt((B**2).sum(0)) + 1e-10)
            return torch.tensor(np.tensordot(w.numpy(), (A - B) ** 2, 1).mean())
            """,
        ],
        wrong={
            """
            a, b = (t / (t.norm(dim=0) + 1e-10) for t in (f, f0))
            return (w[:, None, None] * (a - b).square()).sum(0).sqrt().mean()
            """: "root at each place",
            """
            d = f - f0
            d = d / (d.norm(dim=0) + 1e-10)
            return (w[:, None, None] * d.square()).sum(0).mean()
            """: "scaled the difference",
            """
            a, b = (t / (t.norm(dim=0) + 1e-10) for t in (f, f0))
            return (w[:, None, None] / w.sum() * (a - b).square()).sum(0).mean()
            """: "weights by their sum",
            """
            a, b = (w[:, None, None] * t for t in (f, f0))
            a, b = (t / (t.norm(dim=0) + 1e-10) for t in (a, b))
            return (a - b).square().sum(0).mean()
            """: "you multiplied by the weights before scaling to unit length",
            """
            a, b = (t / (t.norm(dim=0) + 1e-10) for t in (f, f0))
            return (w[:, None, None] * (a - b).square()).sum(0)
            """: "take the mean",
            "(w[:, None, None] * (f - f0).square()).sum(dim=0).mean()": "unit length",
            """
            f = f / f.norm(dim=0)
            f0 = f0 / f0.norm(dim=0)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "did not add 1e-10",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f0.norm(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean().sqrt()
            """: "square root at the end",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f0.norm(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0)).square().sum(dim=0).mean()
            """: "squared the weights",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f0.norm(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum()
            """: "summed over the pixels",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f0.norm(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).mean()
            """: "averaged over the channels",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f0.norm(dim=0) + 1e-10)
            return (f - f0).square().sum(dim=0).mean()
            """: "left the weights out",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f0.norm(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0).abs()).sum(dim=0).mean()
            """: "absolute differences",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f0.norm(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0)
            """: "mean is the right value",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f0.norm(dim=0) + 1e-10)
            return (w * (f - f0).square()).sum(dim=0).mean()
            """: "raised",
            """
            f = f / (f.norm() + 1e-10)
            f0 = f0 / (f0.norm() + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "one length for all places",
            """
            f = f / (f.norm(dim=(1, 2), keepdim=True) + 1e-10)
            f0 = f0 / (f0.norm(dim=(1, 2), keepdim=True) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "each channel over the places",
            """
            f = f / (f.square().sum(dim=0) + 1e-10)
            f0 = f0 / (f0.square().sum(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "root of the sum of squares",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f.norm(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "you divided both by the length of f",
            """
            f = f / (f.norm(dim=0) + 1e-10)
            f0 = f0 / (f0.norm(dim=0) + 1e-10)
            return (w[:, None, None] * f * f0).sum(dim=0).mean()
            """: "you multiplied the features",
            """
            f = f / f.abs().sum(dim=0).clamp(min=1e-10)
            f0 = f0 / f0.abs().sum(dim=0).clamp(min=1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "sum of moduli",
            """
            f /= f.norm(dim=0) + 1e-10
            f0 /= f0.norm(dim=0) + 1e-10
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "changed its argument f",
            """
            f = f / (f.square().sum(dim=0).sqrt() + 1e-10)
            f0 = f0 / (f.square().sum(dim=0).sqrt() + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "you divided both by the length of f",
            """
            f = f / (f.square().sum(dim=0).sqrt() + 1e-10)
            f0 = f0
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "you scaled f alone to unit length",
            """
            f = (f - f.mean(dim=0)) / (f.std(dim=0) + 1e-10)
            f0 = (f0 - f0.mean(dim=0)) / (f0.std(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "you standardised the features of each place",
            """
            f = f / (f.amax(dim=0) + 1e-10)
            f0 = f0 / (f0.amax(dim=0) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "you divided by the largest feature",
            """
            f = f / (f.square().sum(dim=0).sqrt() + 1e-10)
            f0 = f0 / (f0.square().sum(dim=0).sqrt() + 1e-10)
            return (w[:, None, None] * f * f0).sum(dim=0).mean()
            """: "you multiplied the features",
            """
            f = f / (f.square().sum(dim=0).sqrt() + 1e-10)
            f0 = f0 / (f0.square().sum(dim=0).sqrt() + 1e-10)
            return 1 - (w[:, None, None] * f * f0).sum(dim=0).mean()
            """: "you took one minus the product of the features",
            """
            f = f / (f.norm(dim=-1, keepdim=True) + 1e-10)
            f0 = f0 / (f0.norm(dim=-1, keepdim=True) + 1e-10)
            return (w[:, None, None] * (f - f0).square()).sum(dim=0).mean()
            """: "you took lengths along the rows",
            """
            f = f / (f.square().sum(dim=0).sqrt() + 1e-10)
            f0 = f0 / (f0.square().sum(dim=0).sqrt() + 1e-10)
            return (w[:, None, None] * (f.square() - f0.square())).sum(dim=0).mean()
            """: "you subtracted the squares",
        },
    ),
    Answers(
        exercise="rank_correlation",
        head="def rank_correlation(a, b):",
        right=[
            """
            r = lambda t: (t[:, None] > t).sum(1).double()
            return torch.corrcoef(torch.stack((r(a), r(b))))[0, 1]
            """,
            """
            return F.cosine_similarity(
                *(t.argsort().argsort().double() - (len(t) - 1) / 2 for t in (a, b)),
                dim=0,
            )
            """,
            """
            ranks = torch.stack([x.argsort().argsort().double() for x in (a, b)])
            return torch.corrcoef(ranks)[0, 1]
            """,
            """
            from scipy.stats import spearmanr
            return float(spearmanr(a.numpy(), b.numpy()).statistic)
            """,
            """
            n = len(a)
            d = a.argsort().argsort() - b.argsort().argsort()
            return 1 - 6 * (d * d).sum().item() / (n * (n**2 - 1))
            """,
            """
            p = (a[:, None] > a).sum(dim=1).double()
            q = (b[:, None] > b).sum(dim=1).double()
            p, q = p - p.mean(), q - q.mean()
            return (p * q).sum() / (p.square().sum() * q.square().sum()).sqrt()
            """,
            """
            ranks = []
            for x in (a.tolist(), b.tolist()):
                order = sorted(x)
                ranks.append([order.index(value) + 1 for value in x])
            return np.corrcoef(ranks)[0, 1]
            """,
            """
            return torch.corrcoef(torch.stack([x.argsort().argsort() for x in (a, b)]))[0, 1]
            """,
            """
            p, q = torch.empty(len(a)), torch.empty(len(b))
            p[a.argsort()] = torch.arange(len(a)).float()
            q[b.argsort()] = torch.arange(len(b)).float()
            p, q = p.double(), q.double()
            return F.cosine_similarity(p - p.mean(), q - q.mean(), dim=0)
            """,
            """
            n = len(a)
            ra, rb = ((x[:, None] > x[None, :]).sum(1).double() for x in (a, b))
            return 1 - 6 * (ra - rb).square().sum() / (n * (n**2 - 1))
            """,
            """
            def ranks(x):
                order = sorted(range(len(x)), key=lambda i: float(x[i]))
                out = [0] * len(x)
                for place, i in enumerate(order):
                    out[i] = place
                return np.array(out, float)
            return float(np.corrcoef(ranks(a), ranks(b))[0, 1])
            """,
            """
            r = torch.empty(2, a.numel(), dtype=torch.float64)
            for row, x in zip(r, (a, b)):
                row[x.argsort()] = torch.arange(1, x.numel() + 1, dtype=torch.float64)
            r = r - r.mean(1, keepdim=True)
            return (r[0] @ r[1]) / (r[0].norm() * r[1].norm())
            """,
        ],
        wrong={
            """
            n = len(a)
            d = a.argsort().argsort() - b.argsort().argsort()
            return 1 - 6 * d.abs().sum() / (n * (n * n - 1))
            """: r"summed \|d\|",
            """
            return torch.corrcoef(
                torch.stack(
                    [a.argsort().argsort().double(), b.argsort().argsort().double()]
                )
            )[0, 1].abs()
            """: "absolute value",
            """
            return torch.corrcoef(
                torch.stack(
                    [
                        a.argsort().argsort().argsort().double(),
                        b.argsort().argsort().argsort().double(),
                    ]
                )
            )[0, 1]
            """: "argsort for the ranks",
            """
            return torch.corrcoef(
                torch.stack(
                    [a.argsort().argsort().double(), b.argsort().argsort().double()]
                )
            )
            """: "its shape is",
            "torch.corrcoef(torch.stack([a, b]))[0, 1]": "correlated the values",
            """
            return torch.corrcoef(torch.stack([a.argsort().double(), b.argsort().double()]))[0, 1]
            """: "argsort for the ranks",
            """
            return torch.corrcoef(torch.stack([a.sort().values, b.sort().values]))[0, 1]
            """: "sorted values",
            """
            return torch.corrcoef(torch.stack([a.argsort().argsort().double(), b]))[0, 1]
            """: "one of the two only",
            """
            return torch.corrcoef(torch.stack([a, b.argsort().argsort().double()]))[0, 1]
            """: "second of the two only",
            """
            p, q = a.argsort().argsort().double(), (-b).argsort().argsort().double()
            return torch.corrcoef(torch.stack([p, q]))[0, 1]
            """: "opposite directions",
            """
            return torch.corrcoef(torch.stack([x.argsort().argsort().double() for x in (a, b)]))
            """: "shape|matrix",
            """
            return torch.cov(torch.stack([x.argsort().argsort().double() for x in (a, b)]))[0, 1]
            """: "covariance",
            """
            p, q = a.argsort().argsort().double(), b.argsort().argsort().double()
            return F.cosine_similarity(p, q, dim=0)
            """: "subtract the means",
            """
            p, q = a.argsort().argsort() + 1.0, b.argsort().argsort() + 1.0
            return (p * q).sum() / (p.norm() * q.norm())
            """: "subtract the means|single precision",
            """
            ranks = torch.stack([x.argsort().argsort().double() for x in (a, b)])
            return torch.corrcoef(ranks)[0, 1] ** 2
            """: "squared",
            """
            return (a.argsort().argsort() == b.argsort().argsort()).double().mean()
            """: "equal places",
            """
            n = len(a)
            d = a.argsort().argsort() - b.argsort().argsort()
            return 1 - (d * d).sum() / (n * (n**2 - 1))
            """: "forgot the 6",
            """
            signs = (a[:, None] - a).sign() * (b[:, None] - b).sign()
            return signs.sum() / (len(a) * (len(a) - 1))
            """: "Kendall",
            """
            n = len(a)
            d = a.argsort().argsort() - b.argsort().argsort()
            return 6 * (d * d).sum() / (n * (n**2 - 1))
            """: "1 −|one minus",
            """
            ranks = torch.stack([x.argsort().argsort().double() for x in (a, b)])
            return torch.corrcoef(ranks)[0, 0]
            """: "with itself",
            """
            return (a.argsort().argsort() - b.argsort().argsort()).abs().double().mean()
            """: "you returned the mean difference of the ranks",
            """
            n = len(a)
            d = a.argsort().argsort() - b.argsort().argsort()
            return 1 - 6 * d.square().sum() / (n * (n - 1) ** 2)
            """: r"you wrote n\(n − 1\)² in 1 − 6 Σd²/\(n\(n² − 1\)\)",
            """
            return (a.argsort().argsort() - b.argsort().argsort()).double().abs().mean()
            """: "you returned the mean difference of the ranks",
        },
    ),
    Answers(
        exercise="with_mse",
        head="def with_mse(target, distort, u, high):",
        right=[
            """
            step, s = high / 2, 0.0
            while step > 1e-9 * high:
                if (distort(u, s + step) - u).square().mean() <= target:
                    s += step
                step /= 2
            return s
            """,
            """
            from scipy.optimize import bisect

            return torch.tensor(
                bisect(
                    lambda s: float((distort(u, s) - u).square().mean()) - target,
                    0,
                    high,
                    xtol=1e-8 * high,
                )
            )
            """,
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return low
            """,
            """
            low = 0.0
            for _ in range(60):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return (low + high) / 2
            """,
            """
            low, tried = 0.0, 1.0
            while high - low > 1e-8:
                s = (low + high) / 2
                if (distort(u, s) - u).square().mean().item() >= target:
                    high = s
                else:
                    low = s
            return high
            """,
            """
            from scipy.optimize import brentq
            f = lambda s: metrics.mse(distort(u, s), u).item() - target
            return brentq(f, 0, high, xtol=1e-10)
            """,
            """
            def search(low, high, left):
                s = (low + high) / 2
                if left == 0:
                    return s
                error = F.mse_loss(distort(u, s), u)
                return search(low, s, left - 1) if error > target else search(s, high, left - 1)
            return search(0.0, high, 40)
            """,
            """
            s, step = 0.0, high / 2
            for _ in range(35):
                if ((distort(u, s + step) - u) ** 2).mean() <= target:
                    s += step
                step /= 2
            return torch.tensor(s)
            """,
            """
            low, top = 0.0, high
            for _ in range(8):  # ten parts at a time
                s = torch.linspace(low, top, 11).double().tolist()
                weak = [k for k in range(11) if ((distort(u, s[k]) - u) ** 2).mean() <= target]
                low, top = s[max(weak)], s[min(max(weak) + 1, 10)]
            return low
            """,
            """
            def go(a, b):
                m = a + (b - a) / 2
                if b - a < 1e-7 * high:
                    return m
                return go(a, m) if ((distort(u, m) - u) ** 2).mean() >= target else go(m, b)
            return go(0, high)
            """,
            """
            a, step = 0.0, high / 2
            while step > 1e-8 * high:
                if F.mse_loss(distort(u, a + step), u) < target:
                    a += step
                step /= 2
            return torch.tensor(a)
            """,
            """
            from bisect import bisect_left
            class Curve:
                def __len__(self):
                    return 10**7
                def __getitem__(self, i):
                    return float((distort(u, high * i / 10**7) - u).square().mean())
            return high * bisect_left(Curve(), float(target)) / 10**7
            """,
            """
            lo, hi = 0.0, float(high)
            while (hi - lo) / high > 2e-7:
                third = [lo + (hi - lo) / 3, hi - (hi - lo) / 3]
                errors = [torch.mean((distort(u, s) - u) ** 2).item() for s in third]
                if errors[0] > target:
                    hi = third[0]
                elif errors[1] > target:
                    lo, hi = third
                else:
                    lo = third[1]
            return (lo + hi) / 2
            """,
        ],
        wrong={
            """
            a, b = 0.0, 1.0
            for _ in range(60):
                m = (a + b) / 2
                if (distort(u, m) - u).square().mean() < target:
                    a = m
                else:
                    b = m
            return a
            """: "between 0 and 1",
            """
            s = high / 2
            for _ in range(100):
                e = (distort(u, s) - u).square().mean()
                s = float(s * (target / e) ** 0.5)
            return s
            """: "NaN",
            """
            a, b = 0.0, high
            while b - a > 1e-9:
                m = (a + b) // 2
                if (distort(u, m) - u).square().mean() < target:
                    a = m
                else:
                    b = m
            return a
            """: "again and again",
            """
            a, b = 0.0, high
            while b - a > 0:
                m = (a + b) / 2
                if (distort(u, m) - u).square().mean() < target:
                    a = m
                else:
                    b = m
            return a
            """: "again and again",
            """
            s = torch.tensor(0.1, requires_grad=True)
            opt = torch.optim.Adam([s], lr=0.01)
            for _ in range(100):
                opt.zero_grad()
                ((distort(u, s) - u).square().mean() - target).square().backward()
                opt.step()
            return s.item()
            """: OTHERWISE,
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    low = s
                else:
                    high = s
            return low
            """: "wrong half",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.rmse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return low
            """: "RMSE",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target**2:
                    high = s
                else:
                    low = s
            return low
            """: "RMSE",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target**0.5:
                    high = s
                else:
                    low = s
            return low
            """: "root of the target",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if (distort(u, s) - u).square().sum() > target:
                    high = s
                else:
                    low = s
            return low
            """: "summed",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if (distort(u, s) - u).abs().mean() > target:
                    high = s
                else:
                    low = s
            return low
            """: "mean absolute",
            """
            low = 0.0
            for _ in range(10):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return low
            """: "few",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    pass
            return low
            """: "lower end never moves",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    pass
                else:
                    low = s
            return low
            """: "upper end never moves",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return distort(u, low)
            """: "shape",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return metrics.mse(distort(u, low), u)[0]
            """: "returned the MSE",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            """: "returned None",
            """
            return high * (target / metrics.mse(distort(u, high), u).item()) ** 0.5
            """: "grew like s²",
            "high * target / metrics.mse(distort(u, high), u).item()": "grew like s",
            "math.sqrt(target)": OTHERWISE,
            """
            low = high / 2
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return low
            """: "does not begin at 0",
            """
            low = 0.0
            for _ in range(25):
                s = low + high / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return low
            """: "your strength ends at high/2",
            """
            low = 0.0
            for _ in range(25):
                s = high - low / 2
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return low
            """: "strength is 0",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.mse(distort(u, s), u).mean() == target:
                    high = s
                else:
                    low = s
            return low
            """: "runs to `high`",
            """
            low = 0.0
            for s in torch.linspace(0, high, 100).tolist():
                error = metrics.mse(distort(u, s), u).mean()
                if error > target:
                    return s
                else:
                    pass
            return high
            """: OTHERWISE,
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                if metrics.psnr(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return low
            """: "strength is 0",
            """
            low = 0.0
            for _ in range(25):
                s = int((low + high) / 2)
                if metrics.mse(distort(u, s), u).mean() > target:
                    high = s
                else:
                    low = s
            return low
            """: "rounded to whole numbers",
            """
            low = 0.0
            for _ in range(25):
                s = (low + high) / 2
                u, error = distort(u, s), metrics.mse(distort(u, s), u).mean()
                if error > target:
                    high = s
                else:
                    low = s
            return low
            """: "you distorted what was already distorted",
            """
            low = 0.0
            high = high
            for _ in range(25):
                a = (low + high) / 2
                if metrics.mse(distort(u, a), u).mean() > target:
                    high = a
                else:
                    low = a
            return distort(u, a)
            """: "you returned the distorted image",
            "high * target": "you multiplied `high` by the target",
            """
            for i in range(1001):
                a = high * i / 1000
                if (distort(u, a) - u).square().mean() >= target:
                    return a
            """: "your strengths are too coarse",
            """
            low = 0.0
            high = high
            for _ in range(25):
                a = (low + high) / 2
                if metrics.mse(distort(u, high), u).mean() > target:
                    high = a
                else:
                    low = a
            return low
            """: "your strength ends at high/2",
            """
            low = 0.0
            high = high
            for _ in range(25):
                a = (low + high) / 2
                if metrics.mse(distort(u, low), u).mean() > target:
                    high = a
                else:
                    low = a
            return low
            """: "you tried the lower end instead of the middle",
            """
            low = 0.0
            high = high
            for _ in range(25):
                a = (low + high) / 2
                if metrics.mse(distort(distort(u, a), a), u).mean() > target:
                    high = a
                else:
                    low = a
            return low
            """: "you distorted twice",
            """
            low = 0.0
            high = high
            for _ in range(25):
                a = (low + high) / 2
                u = distort(u, a)
                if metrics.mse(distort(u, a), u).mean() > target:
                    high = a
                else:
                    low = a
            return low
            """: OTHERWISE,
            """
            a = 0.0
            while (distort(u, a) - u).square().mean() < target:
                a += high / 500
            return a
            """: "your strengths are too coarse",
        },
    ),
)
