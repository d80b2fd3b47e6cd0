"""Answers to the exercises of notebook 01."""

from classroom.bank import OTHERWISE, Answers

ANSWERS = (
    Answers(
        exercise="poisson_variance",
        head="def poisson_variance(u, peak):",
        right=[
            """
            counts = peak * u  # mean and variance of P
            c = 1 / peak
            return torch.einsum("bchw,->bchw", counts, torch.tensor(c * c, dtype=u.dtype))
            """,
            "u / peak",
            "peak * u / peak**2",
            "torch.div(u, peak)",
            "(u * peak) * (1 / peak) ** 2",
            """
            mean_count = peak * u
            return mean_count / peak / peak
            """,
            "torch.from_numpy(np.asarray(u) / float(peak))",
            "u.mul(peak).div(peak).div(peak)",
            "torch.stack([image / peak for image in u])",
            "(u.sqrt() / math.sqrt(peak)).square()",
        ],
        wrong={
            "u / peak + 1 / peak**2": "there is the constant 1 too much",
            """
            return torch.stack([torch.poisson(peak * u) / peak for _ in range(400)]).var(0)
            """: "random numbers",
            "peak * u": "forgot to divide by the peak",
            "u": "without the peak|is its argument u",
            "torch.sqrt(u / peak)": "standard deviation",
            "u / peak**2": r"divided by peak²",
            "u**2 / peak": "squared u",
            "(u / peak).mean()": "mean of the right values",
            "u / math.sqrt(peak)": "factor √peak",
            "u.mean() / peak": "mean of the right values|shape",
            "torch.sqrt(peak * u) / peak": "standard deviation",
            "(u / peak) ** 2": "square of the right one",
            "noise.poisson(u, peak).var()": "shape",
            "print(u / peak)": "returned None",
            "u.mul_(1 / peak)": "changed its argument u",
            "peak / u": OTHERWISE,
            "u // peak": OTHERWISE,
            "(peak * u) ** 2 / peak**2": "you squared the mean",
            "u * (1 - u) / peak": "this is the variance of a binomial variable",
            "torch.full_like(u, u.mean() / peak)": "you averaged over the image",
            "u / peak - u**2": "you subtracted u²",
            "torch.poisson(u * peak) / peak": "you draw random numbers",
            "u / (peak + 1)": r"you divided by peak \+ 1",
            "u / int(peak)": "you rounded the peak",
            "(u / peak).sqrt()": "you returned the standard deviation",
        },
    ),
    Answers(
        exercise="operator_matrix",
        head="def operator_matrix(A, u):",
        right=[
            """
            I = torch.eye(u.numel(), dtype=u.dtype)
            return torch.cat([A(row.reshape(u.shape)).reshape(-1, 1) for row in I], dim=1)
            """,
            """
            n = u.numel()
            base = A(u).flatten()
            M = torch.zeros(base.numel(), n, dtype=base.dtype)
            for i in range(n):
                e = u.clone()
                e.view(-1)[i] += 1
                M[:, i] = A(e).flatten() - base
            return M
            """,
            """
            columns = []
            for j in range(u.numel()):
                e = torch.zeros_like(u)
                e.flatten()[j] = 1
                columns.append(A(e).reshape(-1))
            return torch.stack(columns).T
            """,
            """
            n = u.numel()
            eye = torch.eye(n, dtype=u.dtype).reshape(n, *u.shape[1:])
            return torch.stack([A(e[None]).flatten() for e in eye], dim=1)
            """,
            """
            n = u.numel()
            pixels = torch.eye(n, dtype=u.dtype).reshape(n, *u.shape[1:])
            return A(pixels).reshape(n, -1).T
            """,
            """
            _, C, H, W = u.shape
            columns = []
            for c in range(C):
                for i in range(H):
                    for j in range(W):
                        e = torch.zeros(1, C, H, W, dtype=torch.float64)
                        e[0, c, i, j] = 1
                        columns.append(A(e).flatten())
            return torch.stack(columns, 1)
            """,
            """
            y = A(u).flatten()
            M = torch.zeros(len(y), u.numel(), dtype=y.dtype)
            e = torch.zeros_like(u).flatten()
            for j in range(len(e)):
                e[j] = 1.0
                M[:, j] = A(e.reshape(u.shape)).flatten()
                e[j] = 0.0
            return M
            """,
            """
            columns = []
            for j in range(u.numel()):
                e = torch.zeros(u.numel())
                e[j] = 1
                columns.append(A(e.view_as(u)).flatten())
            return torch.stack(columns, dim=-1)
            """,
            """
            n = u.numel()
            eye = torch.eye(n, dtype=u.dtype)
            return torch.cat([A(row.reshape(u.shape)).reshape(-1, 1) for row in eye], dim=1)
            """,
            """
            cols = []
            e = torch.zeros_like(u)
            flat = e.view(-1)
            for j in range(u.numel()):
                flat[j] = 1
                cols.append(A(e).flatten().clone())
                flat[j] = 0
            return torch.stack(cols).T
            """,
            """
            M = None
            for c in range(u.shape[1]):
                for i in range(u.shape[2]):
                    for j in range(u.shape[3]):
                        e = u * 0
                        e[0, c, i, j] = 1
                        col = A(e).reshape(-1)
                        if M is None:
                            M = torch.empty(col.numel(), u.numel(), dtype=col.dtype)
                        M[:, (c * u.shape[2] + i) * u.shape[3] + j] = col
            return M
            """,
        ],
        wrong={
            """
            cols = []
            for i in range(u.numel()):
                e = torch.zeros(u.numel())
                e[i] = 1
                cols.append(A(e).flatten())
            return torch.stack(cols, dim=-1)
            """: "raised",
            """
            M = []
            for e in torch.eye(u.numel(), dtype=u.dtype):
                M.append(A(e.reshape(u.shape)).flatten())
            return torch.cat(M).reshape(-1, u.numel())
            """: "row of columns",
            """
            cols = []
            _, C, H, W = u.shape
            for i in range(H):
                for j in range(W):
                    e = torch.zeros_like(u)
                    e[0, 0, i, j] = 1
                    cols.append(A(e).flatten())
            return torch.stack(cols, dim=1)
            """: "first channel",
            """
            rows = []
            for j in range(u.numel()):
                e = torch.zeros_like(u)
                e.view(-1)[j] = 1
                rows.append(A(e).flatten())
            return torch.stack(rows)
            """: "rows and columns are exchanged",
            """
            columns, e = [], torch.zeros_like(u)
            for j in range(u.numel()):
                e.view(-1)[j] = 1
                columns.append(A(e).flatten())
            return torch.stack(columns, dim=1)
            """: "pixels that were set before",
            """
            columns = []
            for j in range(u.numel()):
                e = torch.zeros_like(u)
                e.view(-1)[j] = u.view(-1)[j]
                columns.append(A(e).flatten())
            return torch.stack(columns, dim=1)
            """: "value that it has in u",
            """
            columns = []
            for j in range(u.numel()):
                u.zero_()
                u.view(-1)[j] = 1
                columns.append(A(u).flatten())
            return torch.stack(columns, dim=1)
            """: "changed its argument u",
            """
            columns = []
            for j in range(1, u.numel()):
                e = torch.zeros_like(u)
                e.view(-1)[j] = 1
                columns.append(A(e).flatten())
            return torch.stack(columns, dim=1)
            """: "shape",
            """
            columns = []
            for j in range(u.numel()):
                e = torch.zeros_like(u)
                e.view(-1)[j] = 1
                columns.append(A(e).flatten().real)
            return torch.stack(columns, dim=1)
            """: "real part only",
            """
            columns = []
            for j in range(u.numel()):
                e = torch.zeros_like(u)
                e.view(-1)[j] = 1
                columns.append(A(e).flatten())
            return columns
            """: "is a list",
            """
            columns = []
            for j in range(u.numel()):
                e = torch.zeros_like(u)
                e.view(-1)[j] = 1
                columns.append(A(e))
            return torch.stack(columns, dim=1)
            """: "shape",
            """
            columns = []
            for j in range(u.numel()):
                e = torch.zeros_like(u)
                e.view(-1)[j] = 1
                columns.append(A(e).flatten())
            return torch.cat(columns)
            """: "shape",
            """
            _, _, H, W = u.shape
            columns = []
            for i in range(H):
                for j in range(W):
                    e = torch.zeros_like(u)
                    e[0, 0, i, j] = 1
                    columns.append(A(e).flatten())
            return torch.stack(columns, dim=1)
            """: "shape",
            """
            _, C, H, W = u.shape
            columns = []
            for c in range(C):
                for j in range(W):
                    for i in range(H):
                        e = torch.zeros_like(u)
                        e[0, c, i, j] = 1
                        columns.append(A(e).flatten())
            return torch.stack(columns, dim=1)
            """: "down the columns",
            """
            columns = []
            for j in range(u.numel()):
                e = torch.ones_like(u)
                e.view(-1)[j] = 0
                columns.append(A(e).flatten())
            return torch.stack(columns, dim=1)
            """: OTHERWISE,
            """
            M = torch.zeros(u.numel(), u.numel(), dtype=u.dtype)
            for j in range(u.numel()):
                e = torch.zeros_like(u)
                e.view(-1)[j] = 1
                M[:, j] = A(e).flatten()
            return M
            """: "raised",
            "A.T.to_matrix(u.shape[1:])": "raised",
            "A.to_matrix(u.shape[1:])": "calls to_matrix.*by calls of A alone",
            "operators.Compose(operators.Identity(), A).to_matrix(u.shape[1:])": "calls to_matrix",
            "torch.eye(u.numel(), dtype=u.dtype)": "shape",
            """
            columns = []
            for i in range(u.shape[-2]):
                for j in range(u.shape[-1]):
                    pixel = torch.zeros_like(u)
                    pixel[..., i, j] = 1
                    columns.append(A(pixel).flatten())
            return torch.stack(columns, dim=1)
            """: "you light all channels of a pixel at once",
            """
            columns = []
            for j in range(u.shape[-1]):
                for i in range(u.shape[-2]):
                    for c in range(u.shape[1]):
                        pixel = torch.zeros_like(u)
                        pixel[0, c, i, j] = 1
                        columns.append(A(pixel).flatten())
            return torch.stack(columns, dim=1)
            """: "your pixels are numbered along columns",
            """
            columns = []
            for j in range(u.numel()):
                pixel = u.clone()
                pixel.view(-1)[j] = 1
                columns.append(A(pixel).flatten())
            return torch.stack(columns, dim=1)
            """: "you changed one pixel of u",
            """
            columns = []
            for j in range(u.numel() - 1):
                pixel = torch.zeros_like(u)
                pixel.view(-1)[j] = 1
                columns.append(A(pixel).flatten())
            return torch.stack(columns, dim=1)
            """: "it ends too early along dimension 1",
            """
            M = torch.zeros(u.numel(), u.numel(), dtype=u.dtype)
            for j in range(u.numel()):
                pixel = torch.zeros_like(u)
                pixel.view(-1)[j] = 1
                M[:, j] = A(pixel).flatten()
            return M
            """: "RuntimeError",
            """
            columns = []
            for j in range(u.numel()):
                pixel = torch.zeros_like(u)
                pixel.view(-1)[j] = 1
                columns.append(A.T(pixel).flatten())
            return torch.stack(columns, dim=1)
            """: r"you applied the adjoint A\.T",
            """
            columns = []
            for j in range(u.numel()):
                pixel = torch.zeros_like(u)
                pixel.view(-1)[j] = 1
                columns.append(A(pixel).flatten().real)
            return torch.stack(columns, dim=1)
            """: "you kept the real part only",
            """
            columns = []
            pixel = torch.zeros_like(u)
            for j in range(u.numel()):
                pixel.view(-1)[j] = 1
                columns.append(A(pixel).flatten())
            return torch.stack(columns, dim=1)
            """: "you kept the pixels that were set before",
        },
    ),
    Answers(
        exercise="convolve",
        head="def convolve(k, u):",
        right=[
            """
            h, w = k.shape
            copies = torch.stack(
                [
                    u.roll((i - h // 2, j - w // 2), (-2, -1))
                    for i in range(h)
                    for j in range(w)
                ],
                -1,
            )
            return copies @ k.flatten()
            """,
            """
            import torch.nn.functional as F

            h, w = k.shape
            B, C, H, W = u.shape
            p = F.pad(u, (w - 1 - w // 2, w // 2, h - 1 - h // 2, h // 2), mode="circular")
            return F.conv2d(
                p.reshape(B * C, 1, *p.shape[-2:]), k.flip(0, 1)[None, None]
            ).reshape(B, C, H, W)
            """,
            """
            h, w = k.shape
            out = 0
            for i in range(h):
                for j in range(w):
                    out = out + k[i, j] * torch.roll(u, (i - h // 2, j - w // 2), (2, 3))
            return out
            """,
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(-(h // 2), h - h // 2):
                rows = u.roll(i, -2)
                for j in range(-(w // 2), w - w // 2):
                    v += k[i + h // 2, j + w // 2] * rows.roll(j, -1)
            return v
            """,
            """
            (h, w), (H, W) = k.shape, u.shape[-2:]
            big = torch.zeros(H, W, dtype=u.dtype)
            big[:h, :w] = k
            big = big.roll((-(h // 2), -(w // 2)), (0, 1))
            return torch.fft.ifft2(torch.fft.fft2(big) * torch.fft.fft2(u)).real
            """,
            """
            h, w = k.shape
            top, left = h - 1 - h // 2, w - 1 - w // 2
            x = torch.cat([u[..., u.shape[-2] - top :, :], u, u[..., : h // 2, :]], -2)
            x = torch.cat([x[..., x.shape[-1] - left :], x, x[..., : w // 2]], -1)
            C = u.shape[1]
            weight = k.flip(0, 1).expand(C, 1, h, w)
            return F.conv2d(x, weight, groups=C).roll((0, 0), (-2, -1))
            """,
            """
            h, w = k.shape
            moved = [
                k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
                for i in range(h)
                for j in range(w)
            ]
            return torch.stack(moved).sum(0)
            """,
            """
            h, w = k.shape
            return sum(
                k[i, j] * torch.roll(torch.roll(u, i - h // 2, 2), j - w // 2, 3)
                for i in range(h) for j in range(w)
            )
            """,
            """
            a = u.numpy()
            h, w = k.shape
            out = np.zeros_like(a)
            for (i, j), weight in np.ndenumerate(k.numpy()):
                out += weight * np.roll(a, (i - h // 2, j - w // 2), axis=(2, 3))
            return torch.from_numpy(out)
            """,
        ],
        wrong={
            "operators.Blur(k)(u)": "uses Blur.*write the sum yourself",
            """
            A = operators.Compose(operators.Blur(k), operators.Identity())
            return A(u)
            """: "uses Blur",
            """
            h, w = k.shape
            out = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    out += k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
            return out / (h * w)
            """: "number of values of k",
            """
            h, w = k.shape
            out = torch.zeros_like(u)
            for i in range(-(h // 2), h // 2 + 1):
                for j in range(-(w // 2), w // 2 + 1):
                    out += k[i + h // 2, j + w // 2] * u.roll((i, j), dims=(-2, -1))
            return out
            """: "raised",
            """
            h, w = k.shape
            out = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    out += k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
                    return out
            """: "first term",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((h // 2 - i, w // 2 - j), dims=(-2, -1))
            return v
            """: "correlation",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i, j), dims=(-2, -1))
            return v
            """: "from the corner",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-1, -2))
            return v
            """: "exchanged the two directions",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i - (h - 1) // 2, j - (w - 1) // 2), dims=(-2, -1))
            return v
            """: "even sizes",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
            return v
            """: "last term",
            """
            h, w = k.shape
            v = u
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
            return v
            """: "began with u",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
            return v / k.sum()
            """: "divided by the sum",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i - h // 2, j - w // 2))
            return v
            """: "raised",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h - 1):
                for j in range(w - 1):
                    v = v + k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
            return v
            """: "last row",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[j, i] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
            return v
            """: "raised IndexError",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(0, 1))
            return v
            """: "the batch",
            """
            h, w = k.shape
            C = u.shape[1]
            weight = k.flip(0, 1).expand(C, 1, h, w)
            return F.conv2d(u, weight, groups=C)
            """: "shape",
            """
            h, w = k.shape
            C = u.shape[1]
            x = F.pad(u, (w, w, h, h))
            y = F.conv2d(x, k.flip(0, 1).expand(C, 1, h, w), groups=C)
            i, j = h - (h - 1 - h // 2), w - (w - 1 - w // 2)
            return y[..., i : i + u.shape[-2], j : j + u.shape[-1]]
            """: "black",
            """
            h, w = k.shape
            for i in range(h):
                for j in range(w):
                    u += k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
            return u
            """: "changed its argument u",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i - h / 2, j - w / 2), dims=(-2, -1))
            return v
            """: "raised",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(-(h // 2), h // 2):
                for j in range(-(w // 2), w // 2):
                    v = v + k[i + h // 2, j + w // 2] * u.roll((i, j), dims=(-2, -1))
            return v
            """: "your loops end at h // 2 − 1 and w // 2 − 1",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
                u = v
            return v
            """: "you overwrote u in the loop",
            """
            h, w = k.shape
            v = torch.zeros_like(u)
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((j - w // 2, i - h // 2), dims=(-2, -1))
            return v
            """: "you exchanged the two directions",
            """
            h, w = k.shape
            v = u.clone()
            for i in range(h):
                for j in range(w):
                    v = v + k[i, j] * u.roll((i - h // 2, j - w // 2), dims=(-2, -1))
            return v
            """: "you began with u",
        },
    ),
    Answers(
        exercise="subsample_adjoint",
        head="def subsample_adjoint(y, s):",
        right=[
            """
            B, C, h, w = y.shape
            u = torch.zeros(B, C, s * h, s * w, dtype=y.dtype, requires_grad=True)
            return torch.autograd.grad((u[..., ::s, ::s] * y).sum(), u)[0]
            """,
            """
            import torch.nn.functional as F

            x = F.pad(y[..., None], (0, s - 1)).flatten(-2)
            return F.pad(x[..., None, :], (0, 0, 0, s - 1)).flatten(-3, -2)
            """,
            """
            u = torch.zeros(*y.shape[:2], s * y.shape[2], s * y.shape[3], dtype=y.dtype)
            u[:, :, ::s, ::s] = y
            return u
            """,
            """
            block = torch.zeros(s, s, dtype=y.dtype)
            block[0, 0] = 1
            return torch.kron(y, block)
            """,
            """
            u = y.repeat_interleave(s, -2).repeat_interleave(s, -1)
            rows, columns = (torch.arange(n) % s == 0 for n in u.shape[-2:])
            return u * (rows[:, None] & columns)
            """,
            """
            B, C, h, w = y.shape
            u = y.new_zeros(B, C, h, s, w, s)
            u[:, :, :, 0, :, 0] = y
            return u.reshape(B, C, s * h, s * w)
            """,
            """
            B, C, h, w = y.shape
            u = torch.zeros(B, C, s * h, s * w).to(y)
            for i in range(h):
                for j in range(w):
                    u[..., s * i, s * j] = y[..., i, j]
            return u
            """,
            """
            B, C, h, w = y.shape
            u = torch.zeros(B, C, h, s, w, s, dtype=y.dtype)
            u[:, :, :, 0, :, 0] = y
            return u.reshape(B, C, s * h, s * w)
            """,
            """
            kernel = torch.zeros(s, s, dtype=y.dtype)
            kernel[0, 0] = 1
            return torch.kron(y, kernel[None, None])
            """,
            """
            u = y.repeat_interleave(s, -2).repeat_interleave(s, -1)
            rows = torch.arange(u.shape[-2]) % s == 0
            cols = torch.arange(u.shape[-1]) % s == 0
            return u * (rows[:, None] & cols)
            """,
            """
            out = np.zeros(y.shape[:2] + (s * y.shape[2], s * y.shape[3]))
            for b, c, i, j in np.ndindex(*y.shape):
                out[b, c, s * i, s * j] = y[b, c, i, j]
            return torch.as_tensor(out)
            """,
        ],
        wrong={
            """
            x = torch.zeros(
                y.shape[0],
                y.shape[1],
                s * y.shape[2] - s + 1,
                s * y.shape[3] - s + 1,
                dtype=y.dtype,
            )
            x[..., ::s, ::s] = y
            return x
            """: "shape",
            """
            B, C, h, w = y.shape
            x = y.new_ones(B, C, s * h, s * w)
            x[..., ::s, ::s] = y
            return x
            """: "you filled the gaps with ones",
            """
            B, C, h, w = y.shape
            x = y.new_zeros(B, C, s * h, s * w)
            x[..., :h, :w] = y
            return x
            """: "wrong places",
            "y.repeat(1, 1, s, s)": OTHERWISE,
            "y.repeat_interleave(s, -2).repeat_interleave(s, -1)": "repeated each pixel",
            "F.interpolate(y, scale_factor=s)": "repeated each pixel",
            "F.interpolate(y, scale_factor=s, mode='bilinear')": "you interpolated",
            "y.repeat_interleave(s, -2).repeat_interleave(s, -1) / s**2": "repeated each pixel",
            """
            u = y.new_zeros(*y.shape[:2], s * y.shape[2], s * y.shape[3])
            u[..., ::s, ::s] = s**2 * y
            return u
            """: "s² to keep the mean",
            """
            u = y.new_zeros(*y.shape[:2], s * y.shape[2], s * y.shape[3])
            u[..., s - 1 :: s, s - 1 :: s] = y
            return u
            """: "last corner",
            """
            u = y.new_zeros(*y.shape[:2], s * y.shape[2], s * y.shape[3])
            u[..., s // 2 :: s, s // 2 :: s] = y
            return u
            """: "middle|shifted|corner",
            """
            u = y.new_zeros(*y.shape[:2], s * y.shape[2], s * y.shape[3])
            u[..., ::s, ::s] = y / s**2
            return u
            """: r"too small by the factor s²|a mean",
            """
            u = y.new_zeros(*y.shape[:2], s * y.shape[2], s * y.shape[3])
            u[..., : y.shape[2], : y.shape[3]] = y
            return u
            """: "first corner|wrong places",
            "y[..., ::s, ::s]": "shape",
            """
            u = y.new_zeros(1, 1, s * y.shape[2], s * y.shape[3])
            u[..., ::s, ::s] = y
            return u
            """: "raised",
            """
            u = y.new_zeros(*y.shape[:2], s * y.shape[2], s * y.shape[3])
            u[..., ::s] = y
            return u
            """: "raised",
            """
            u = y.new_zeros(*y.shape[:2], s * y.shape[3], s * y.shape[2])
            u[..., ::s, ::s] = y.mT
            return u
            """: "rows and columns",
            """
            return y.repeat_interleave(s, -2).repeat_interleave(s, -1) / s
            """: "you repeated each pixel and divided by s",
            """
            *batch, h, w = y.shape
            u = y.new_zeros(*batch, s * h, s * w)
            u[..., ::s, :] = y.repeat_interleave(s, -1)
            return u
            """: "you put zeros between the rows",
            """
            h, w = y.shape[-2:]
            u = torch.zeros(1, 1, s * h, s * w, dtype=y.dtype)
            u[..., ::s, ::s] = y
            return u
            """: "RuntimeError",
            """
            *batch, h, w = y.shape
            u = y.new_zeros(*batch, 2 * h, 2 * w)
            u[..., ::2, ::2] = y
            return u
            """: "your factor is 2",
            """
            *batch, h, w = y.shape
            u = y.new_ones(*batch, s * h, s * w)
            u[..., ::s, ::s] = y
            return u
            """: "you filled the gaps with ones",
            """
            *batch, h, w = y.shape
            u = y.new_zeros(*batch, s * h, s * w)
            u[..., s - 1::s, s - 1::s] = y
            return u
            """: "you put each value in the last corner of its block",
            """
            *batch, h, w = y.shape
            u = y.new_zeros(*batch, s * h, s * w)
            u[..., :h, :w] = y
            return u
            """: "you put all values into a corner",
            """
            *batch, h, w = y.shape
            u = y.new_zeros(*batch, s * h, s * w)
            u[..., s // 2::s, s // 2::s] = y
            return u
            """: "you put each value in the middle of its block",
        },
    ),
    Answers(
        exercise="mri_adjoint",
        head="def mri_adjoint(y, mask, coils):",
        right=[
            """
            return (
                (coils * torch.fft.fft2((mask * y).conj(), norm="ortho"))
                .sum(1, keepdim=True)
                .real
            )
            """,
            """
            x = torch.fft.ifft2(y.masked_fill(~mask, 0), norm="ortho")
            return (x.real * coils.real + x.imag * coils.imag).sum(dim=1)[:, None]
            """,
            """
            x = torch.fft.ifft2(y * mask, norm="ortho")
            return (x * coils.conj()).sum(1, keepdim=True).real
            """,
            """
            x = torch.fft.ifft2(torch.where(mask.bool(), y, 0 * y), norm="ortho")
            return torch.einsum("bjhw,jhw->bhw", x, coils.conj()).real[:, None]
            """,
            """
            total = 0
            for j in range(len(coils)):
                total = total + coils[j].conj() * torch.fft.ifft2(mask * y[:, j], norm="ortho")
            return total.real[:, None]
            """,
            """
            H, W = mask.shape
            x = torch.fft.ifft2(mask * y) * math.sqrt(H * W)
            return (coils.real * x.real + coils.imag * x.imag).sum(1)[:, None]
            """,
            "operators.MultiCoilMRI(mask, coils).T(y)",
            """
            x = torch.fft.ifft2(y * mask.to(y.dtype), norm="ortho")
            return torch.einsum("jhw,bjhw->bhw", coils.conj(), x).real.unsqueeze(1)
            """,
            """
            x = torch.fft.ifft2(y.masked_fill(~mask, 0), norm="ortho")
            return (coils.real * x.real + coils.imag * x.imag).sum(1, keepdim=True)
            """,
        ],
        wrong={
            """
            return (
                (coils.conj() * torch.fft.ifft2(~mask * y, norm="ortho"))
                .sum(1, keepdim=True)
                .real
            )
            """: "you turned the mask round",
            """
            return (
                (coils.mH * torch.fft.ifft2(mask * y, norm="ortho")).sum(1, keepdim=True).real
            )
            """: "raised",
            """
            return (
                (
                    coils.conj()
                    * torch.fft.ifft2(
                        torch.fft.ifftshift(mask * y, dim=(-2, -1)), norm="ortho"
                    )
                )
                .sum(1, keepdim=True)
                .real
            )
            """: "fftshift",
            """
            return (
                (mask * coils.conj() * torch.fft.ifft2(y, norm="ortho"))
                .sum(1, keepdim=True)
                .real
            )
            """: "belongs to k-space",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho")
            return (x * coils).sum(1, keepdim=True).real
            """: "conjugate the coil maps",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho")
            return (x * coils.conj()).mean(1, keepdim=True).real
            """: "averaged over the coils",
            """
            x = torch.fft.ifft2(y, norm="ortho")
            return (x * coils.conj()).sum(1, keepdim=True).real
            """: "forgot the mask",
            """
            x = torch.fft.ifft2(mask * y)
            return (x * coils.conj()).sum(1, keepdim=True).real
            """: "orthonormal",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho")
            return (x * coils.conj()).sum(1).real
            """: "keepdim",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho")
            return (x * coils.conj()).sum(1, keepdim=True)
            """: "complex",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho")
            return (x * coils.conj()).sum(1, keepdim=True).abs()
            """: "modulus|absolute value",
            """
            x = torch.fft.fft2(mask * y, norm="ortho")
            return (x * coils.conj()).sum(1, keepdim=True).real
            """: "transformed forward",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho")
            return (x / coils).sum(1, keepdim=True).real
            """: "divided by the coil maps",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho")
            return (x * coils.conj()).real
            """: "shape",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho").sum(1, keepdim=True)
            return (x * coils.conj().sum(0)).real
            """: OTHERWISE,
            """
            x = torch.fft.ifft2(mask * y, norm="ortho")
            return (x * coils.conj()).sum(1, keepdim=True).imag
            """: "you took the imaginary part",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho")
            x = (x * coils.conj()).sum(1, keepdim=True) / coils.abs().square().sum(0)
            return x.real
            """: "would be an inverse",
            """
            x = torch.fft.ifft2(mask * y, norm="ortho").real
            return (x * coils.real).sum(1, keepdim=True)
            """: "real part before|real part too early",
            """
            coil_images = torch.fft.ifft2(mask * y, norm="ortho")
            return (coils * coil_images.conj()).sum(dim=0, keepdim=True).real
            """: "you summed over the images instead of the coils",
            """
            coil_images = torch.fft.ifft2(torch.fft.ifftshift(mask) * y, norm="ortho")
            return (coils.conj() * coil_images).sum(dim=1, keepdim=True).real
            """: "you moved the mask by an ifftshift",
            """
            coil_images = torch.fft.ifft2(mask * y, norm="ortho")
            return coil_images.abs().square().sum(dim=1, keepdim=True).sqrt()
            """: "you took the root of the sum of squares over the coils",
            """
            coil_images = torch.fft.ifft2(~mask * y, norm="ortho")
            return (coils.conj() * coil_images).sum(dim=1, keepdim=True).real
            """: "you turned the mask round",
            """
            coil_images = torch.fft.ifft2(coils.conj() * mask * y, norm="ortho")
            return coil_images.sum(dim=1, keepdim=True).real
            """: "you multiplied by the coil maps before the inverse",
            """
            coil_images = torch.fft.ifft2(mask * y, norm="ortho")
            return (coils.conj() * coil_images).mean(dim=1, keepdim=True).real
            """: "you averaged over the coils",
            """
            coil_images = torch.fft.ifft2(mask * y, norm="ortho")
            return (coils.conj() * coil_images).sum(dim=1, keepdim=True).abs()
            """: "you took the modulus",
            """
            coil_images = torch.fft.ifft2(y, norm="ortho")
            return (mask * coils.conj() * coil_images).sum(dim=1, keepdim=True).real
            """: "you applied the mask to the image",
        },
    ),
    Answers(
        exercise="noise_gain",
        head="def noise_gain(k_hat, sigma):",
        right=[
            """
            return torch.hypot(
                *[
                    (sigma * part.square().mean().sqrt())
                    for part in torch.view_as_real(1 / k_hat).unbind(-1)
                ]
            )
            """,
            "sigma * (1 / k_hat.abs() ** 2).mean().sqrt()",
            "sigma * k_hat.abs().pow(-2).mean() ** 0.5",
            "float(torch.sqrt(sigma**2 * torch.mean(1 / (k_hat * k_hat.conj()).real)))",
            "sigma * torch.linalg.norm(1 / k_hat) / math.sqrt(k_hat.numel())",
            """
            H, W = k_hat.shape
            power = sigma**2 / (k_hat.real**2 + k_hat.imag**2)
            return math.sqrt(power.sum().item() / (H * W))
            """,
            """
            total = 0.0
            for z in k_hat.flatten().tolist():
                total += 1 / abs(z) ** 2
            return sigma * math.sqrt(total / k_hat.numel())
            """,
            """
            return sigma * torch.linalg.vector_norm(1 / k_hat) / k_hat.numel() ** 0.5
            """,
            "float(sigma * np.sqrt(np.mean(np.abs(k_hat.numpy()) ** -2.0)))",
            "(sigma**2 / (k_hat * k_hat.conj()).real).mean() ** 0.5",
        ],
        wrong={
            """
            return sigma * torch.fft.ifft2(1 / k_hat).abs().square().mean().sqrt()
            """: "root of the number",
            "(sigma * (1 / k_hat.abs() ** 2).mean()).sqrt()": "√sigma",
            "sigma * torch.std(1 / k_hat)": OTHERWISE,
            "(sigma / k_hat).abs().square().sum().sqrt() / k_hat.shape[0]": "by the number of rows",
            "sigma**2 * (1 / k_hat.abs() ** 2).mean()": "variance",
            "sigma * (1 / k_hat.abs()).mean()": "without squares",
            "sigma * (1 / k_hat.abs() ** 2).sum().sqrt()": "summed over",
            "sigma / k_hat.abs().min()": "worst frequency",
            "sigma * (1 / k_hat.abs() ** 2).mean()": "forgot the root",
            "(1 / k_hat.abs() ** 2).mean().sqrt()": r"factor sigma|forgot sigma|sigma",
            "sigma**2 * (1 / k_hat.abs() ** 2).mean().sqrt()": "too small by the factor|sigma",
            "sigma / (k_hat.abs() ** 2).mean().sqrt()": "mean of .k_hat.²",
            "sigma / k_hat.abs().mean()": r"you divided by the mean of \|k_hat\|",
            "sigma * (1 / k_hat**2).mean().sqrt()": "complex",
            "sigma / k_hat.abs()": "shape",
            "sigma * (1 / k_hat.abs() ** 2).sqrt().mean()": "without squares",
            "sigma * (1 / k_hat.abs() ** 2).std()": OTHERWISE,
            "sigma * k_hat.abs().square().mean().sqrt()": "multiplied",
            "sigma * (1 / k_hat).mean().abs()": "you averaged 1/k_hat before the modulus",
            "sigma * (1 / k_hat.abs() ** 2).mean(dim=-1).sqrt()": "return one number",
            """
            return sigma * (1 / (k_hat.real ** 2)).mean().sqrt()
            """: "you took the real part of k_hat",
            """
            return sigma * (1 / k_hat.abs() ** 2).sum().sqrt() / k_hat.shape[0]
            """: "you divided the root of the sum by the number of rows",
            """
            return sigma * (1 / k_hat.abs() ** 2).median().sqrt()
            """: "you took the median instead of the mean",
            """
            return sigma * (1 / k_hat.abs()).max()
            """: "you took the worst frequency instead of the mean over all",
        },
    ),
    Answers(
        exercise="careful_inverse",
        head="def careful_inverse(v, k_hat, threshold):",
        right=[
            """
            return torch.fft.ifft2(
                torch.fft.fft2(v) / torch.where(k_hat.abs() >= threshold, k_hat, float("inf"))
            ).real
            """,
            """
            q = torch.fft.fft2(v) / k_hat
            q = torch.complex(q.real.nan_to_num(0, 0, 0), q.imag.nan_to_num(0, 0, 0))
            return torch.fft.ifft2(q * (k_hat.abs() >= threshold)).real
            """,
            """
            mag = k_hat.abs()
            weight = (mag >= threshold).to(v.dtype) / torch.clamp(mag, min=threshold) ** 2
            return torch.fft.ifftn(
                k_hat.conj() * weight * torch.fft.fftn(v, dim=(-2, -1)), dim=(-2, -1)
            ).real
            """,
            """
            keep = k_hat.abs() > threshold
            u_hat = torch.zeros_like(torch.fft.fft2(v))
            u_hat[..., keep] = torch.fft.fft2(v)[..., keep] / k_hat[keep]
            return torch.fft.ifft2(u_hat).real
            """,
            """
            weak = k_hat.abs() < threshold
            inverse = torch.where(weak, torch.zeros_like(k_hat), 1 / k_hat)
            return torch.fft.ifft2(inverse * torch.fft.fft2(v)).real
            """,
            """
            keep = k_hat.abs() >= threshold
            safe = k_hat.masked_fill(~keep, 1)
            return torch.fft.ifft2(torch.fft.fft2(v) / safe * keep).real
            """,
            """
            u_hat = torch.fft.fft2(v) / k_hat
            u_hat = u_hat.masked_fill(k_hat.abs() < threshold, 0)
            return torch.real(torch.fft.ifft2(u_hat))
            """,
            """
            v_hat, H, W = torch.fft.fft2(v), *k_hat.shape
            u_hat = 0 * v_hat
            for i in range(H):
                for j in range(W):
                    if abs(k_hat[i, j]) >= threshold:
                        u_hat[..., i, j] = v_hat[..., i, j] / k_hat[i, j]
            return torch.fft.ifft2(u_hat).real
            """,
            """
            power = k_hat.abs() ** 2
            inverse = torch.where(power >= threshold**2, k_hat.conj() / power.clamp(min=1e-30), 0)
            return torch.fft.ifft2(inverse * torch.fft.fft2(v)).real
            """,
            """
            inv = torch.zeros_like(k_hat)
            ok = k_hat.abs() >= threshold
            inv[ok] = 1 / k_hat[ok]
            return torch.fft.ifft2(torch.fft.fft2(v) * inv).real
            """,
            """
            v_hat = torch.fft.fft2(v).clone()
            u_hat = torch.zeros_like(v_hat)
            for i in range(k_hat.shape[0]):
                for j in range(k_hat.shape[1]):
                    if abs(k_hat[i, j]) >= threshold:
                        u_hat[:, :, i, j] = v_hat[:, :, i, j] / k_hat[i, j]
            return torch.real(torch.fft.ifft2(u_hat))
            """,
            """
            K, m = k_hat.numpy(), np.abs(k_hat.numpy())
            with np.errstate(all="ignore"):
                q = np.where(m >= threshold, np.fft.fft2(v.numpy()) / K, 0)
            return torch.tensor(np.fft.ifft2(q).real)
            """,
            """
            q = torch.fft.fft2(v) / k_hat
            q[..., k_hat.abs() < threshold] = 0
            return torch.fft.ifft2(q).real
            """,
        ],
        wrong={
            """
            return torch.fft.ifft2(
                torch.where(
                    torch.fft.fftshift(k_hat).abs() >= threshold, torch.fft.fft2(v) / k_hat, 0
                )
            ).real.nan_to_num(0)
            """: OTHERWISE,
            "torch.fft.ifft2(torch.fft.fft2(v) / (k_hat + threshold)).real": "damped all",
            """
            return torch.fft.ifft2(
                torch.where(
                    k_hat.abs() >= threshold * k_hat.abs().max(), torch.fft.fft2(v) / k_hat, 0
                )
            ).real
            """: r"you took the threshold relative to the largest \|k_hat\|",
            "torch.fft.ifft2(torch.fft.fft2(v) / k_hat).real": "NaN|infinite",
            """
            keep = k_hat.abs() >= threshold
            return torch.fft.ifft2(keep * torch.fft.fft2(v) / k_hat).real
            """: "NaN",
            """
            keep = k_hat.abs() < threshold
            u_hat = torch.where(keep, torch.fft.fft2(v) / k_hat, 0)
            return torch.fft.ifft2(u_hat).real
            """: "NaN|must be left out",
            """
            keep = k_hat.real >= threshold
            u_hat = torch.where(keep, torch.fft.fft2(v) / k_hat, 0)
            return torch.fft.ifft2(u_hat).real
            """: "real part",
            """
            keep = k_hat.abs() >= threshold
            u_hat = torch.where(keep, torch.fft.fft2(v) / k_hat, torch.fft.fft2(v))
            return torch.fft.ifft2(u_hat).real
            """: "kept the blurred value",
            """
            k_hat = k_hat.abs().clamp(min=threshold)
            return torch.fft.ifft2(torch.fft.fft2(v) / k_hat).real
            """: OTHERWISE,
            """
            safe = torch.where(k_hat.abs() >= threshold, k_hat, threshold)
            return torch.fft.ifft2(torch.fft.fft2(v) / safe).real
            """: "by the threshold",
            """
            keep = k_hat.abs() >= threshold
            return torch.fft.ifft2(torch.fft.fft2(v) * k_hat * keep).real
            """: "multiplied by k_hat",
            """
            keep = k_hat.abs() >= threshold
            return torch.fft.ifft2(torch.fft.fft2(v) * k_hat.conj() * keep).real
            """: r"conj\(k_hat\)",
            """
            keep = k_hat.abs() >= threshold
            return torch.fft.ifft2(torch.fft.fft2(v) * keep).real
            """: "did not divide",
            """
            keep = k_hat.abs() >= threshold
            u_hat = torch.where(keep, torch.fft.fft2(v) / k_hat.abs(), 0)
            return torch.fft.ifft2(u_hat).real
            """: "phase",
            """
            keep = k_hat.abs() ** 2 >= threshold
            u_hat = torch.where(keep, torch.fft.fft2(v) / k_hat, 0)
            return torch.fft.ifft2(u_hat).real
            """: r"\|k_hat\|²",
            """
            keep = k_hat.abs() >= threshold
            u_hat = torch.where(keep, torch.fft.fft2(v) / k_hat, 0)
            return torch.fft.ifft2(u_hat)
            """: "complex",
            """
            keep = k_hat.abs() >= threshold
            u_hat = torch.where(keep, torch.fft.fft2(v) / k_hat, 0)
            return torch.fft.ifft2(u_hat).abs()
            """: "absolute value",
            """
            keep = k_hat.abs() >= threshold
            u_hat = torch.where(keep, v / k_hat, 0)
            return torch.fft.ifft2(u_hat).real
            """: "forgot to transform|fft2",
            """
            keep = k_hat.abs() >= threshold
            return torch.where(keep, torch.fft.fft2(v) / k_hat, 0).real
            """: "forgot to go back|ifft2",
            """
            k_hat[k_hat.abs() < threshold] = float("inf")
            return torch.fft.ifft2(torch.fft.fft2(v) / k_hat).real
            """: "changed its argument k_hat",
            """
            v_hat = torch.fft.fft2(v)
            seen = v_hat.abs() >= threshold
            divisor = torch.where(k_hat == 0, torch.ones_like(k_hat), k_hat)
            return torch.fft.ifft2(seen * v_hat / divisor).real
            """: "you compared the data v with the threshold",
            """
            seen = k_hat.abs() >= threshold * k_hat.abs().max()
            divisor = torch.where(seen, k_hat, torch.ones_like(k_hat))
            return torch.fft.ifft2(seen * torch.fft.fft2(v) / divisor).real
            """: r"you took the threshold relative to the largest \|k_hat\|",
            """
            seen = k_hat.abs() <= threshold
            divisor = torch.where(k_hat == 0, torch.ones_like(k_hat), k_hat)
            return torch.fft.ifft2(seen * torch.fft.fft2(v) / divisor).real
            """: "you kept the frequencies below the threshold",
            """
            seen = k_hat.abs() >= threshold
            divisor = torch.where(seen, k_hat, torch.full_like(k_hat, threshold))
            return torch.fft.ifft2(torch.fft.fft2(v) / divisor).real
            """: "you divided the other frequencies by the threshold",
            """
            seen = k_hat.real >= threshold
            divisor = torch.where(seen, k_hat, torch.ones_like(k_hat))
            return torch.fft.ifft2(seen * torch.fft.fft2(v) / divisor).real
            """: "you compared k_hat itself",
            """
            seen = k_hat.abs() ** 2 >= threshold
            divisor = torch.where(seen, k_hat, torch.ones_like(k_hat))
            return torch.fft.ifft2(seen * torch.fft.fft2(v) / divisor).real
            """: r"you compared \|k_hat\|² with the threshold",
        },
    ),
    Answers(
        exercise="blur_adjoint",
        head="def blur_adjoint(y, k_hat):",
        right=[
            """
            r = y.flip(-2, -1).roll((1, 1), (-2, -1))
            b = torch.fft.ifft2(k_hat * torch.fft.fft2(r)).real
            return b.roll((-1, -1), (-2, -1)).flip(-2, -1)
            """,
            "torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y)).real",
            "torch.real(torch.fft.ifft2(torch.conj(k_hat) * torch.fft.fft2(y)))",
            """
            y_hat = torch.fft.fft2(y, norm="ortho")
            return torch.fft.ifft2(y_hat * k_hat.conj(), norm="ortho").real
            """,
            "torch.fft.fft2(k_hat * torch.fft.ifft2(y)).real",
            """
            k = torch.fft.ifft2(k_hat).real
            flipped = k.flip(0, 1).roll((1, 1), (0, 1))
            return torch.fft.ifft2(torch.fft.fft2(flipped) * torch.fft.fft2(y)).real
            """,
            """
            x = torch.zeros_like(y, requires_grad=True)
            blurred = torch.fft.ifft2(k_hat * torch.fft.fft2(x)).real
            return torch.autograd.grad(blurred, x, y)[0]
            """,
            """
            k = torch.fft.ifft2(k_hat)
            flipped = k.flip(0, 1).roll((1, 1), (0, 1)).conj()
            return torch.fft.ifft2(torch.fft.fft2(flipped) * torch.fft.fft2(y)).real
            """,
            """
            x = torch.zeros_like(y, requires_grad=True)
            Ax = torch.fft.ifft2(k_hat * torch.fft.fft2(x)).real
            return torch.autograd.grad((Ax * y).sum(), x)[0]
            """,
            """
            Y = torch.fft.fft2(y)
            a, b = k_hat.real, k_hat.imag
            z = torch.complex(a * Y.real + b * Y.imag, a * Y.imag - b * Y.real)
            return torch.real(torch.fft.ifft2(z))
            """,
        ],
        wrong={
            "torch.fft.ifft2(k_hat.flip(0, 1) * torch.fft.fft2(y)).real": "by flip",
            """
            return torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y, norm="ortho")).real
            """: "root of the number",
            "torch.fft.ifft2(k_hat * torch.fft.fft2(y).conj()).real": "wrong places",
            "torch.fft.ifft2(k_hat * torch.fft.fft2(y)).real": "the blur itself",
            "torch.fft.ifft2(torch.fft.fft2(y) / k_hat).real": "the inverse",
            "torch.fft.ifft2(k_hat.abs() ** 2 * torch.fft.fft2(y)).real": r"\|k_hat\|²",
            "torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y))": "complex",
            "torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y)).abs()": "absolute value",
            "torch.fft.ifft2(k_hat.abs() * torch.fft.fft2(y)).real": "modulus",
            "torch.fft.fft2(k_hat.conj() * torch.fft.ifft2(y)).real": "the blur itself",
            "torch.fft.ifft2(k_hat.real * torch.fft.fft2(y)).real": "real part of k_hat",
            "torch.fft.fft2(k_hat.conj() * torch.fft.fft2(y)).real": OTHERWISE,
            "(k_hat.conj() * torch.fft.fft2(y)).real": "you did not transform back",
            "torch.fft.ifft2(k_hat.T.conj() * torch.fft.fft2(y)).real": "raised",
            "torch.fft.ifft2(k_hat.conj() * y).real": "you multiplied y itself by k_hat",
            "torch.fft.ifft2(torch.fft.fft2(y) / k_hat.conj()).real": r"divided by conj",
            "torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y), norm='ortho').real": "root of|orth",
            "-torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y)).real": "sign",
            """
            return torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y).conj()).real
            """: "you conjugated the transform of y",
            """
            return torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y, dim=(0, 1))).real
            """: "you transformed along the images and the channels",
            """
            return torch.fft.ifft2(-k_hat * torch.fft.fft2(y)).real
            """: "you changed the sign of k_hat",
        },
    ),
)
