"""Answers to the exercises of notebook 12."""

from classroom.bank import OTHERWISE, Answers

DATA_STEP = """
def data_step(x, y, k_hat, a):
    top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
    return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real
"""


def alternate(a="strength / s**2", step=None, change="(new - x).square().mean().sqrt()", end=None):
    """A body of plug_and_play."""
    step = step or f"new = denoise(data_step(x, y, k_hat, {a}), s)"
    return f"""
    changes, start = [], x
    for s in levels:
        {step}
        changes.append({change})
        x = new
    {end or "return x, torch.stack(changes)"}
    """


ANSWERS = (
    Answers(
        exercise="data_step",
        head="def data_step(x, y, k_hat, a):",
        right=[
            """
            h, w = x.shape[-2:]
            X, Y = torch.fft.rfft2(x), torch.fft.rfft2(y)
            k = k_hat[..., : w // 2 + 1]
            return torch.fft.irfft2((k.conj() * Y + a * X) / (k.abs() ** 2 + a), s=(h, w))
            """,
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real
            """,
            """
            x_hat, y_hat = torch.fft.fft2(x), torch.fft.fft2(y)
            z = x_hat + k_hat.conj() * (y_hat - k_hat * x_hat) / (k_hat.abs().square() + a)
            return torch.real(torch.fft.ifft2(z))
            """,
            """
            filter_ = 1 / (k_hat.conj() * k_hat + a)
            b = torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(y)).real + a * x
            return torch.fft.ifft2(filter_ * torch.fft.fft2(b)).real
            """,
            """
            power = k_hat.real**2 + k_hat.imag**2
            top = k_hat.conj() * torch.fft.fft2(y) / a + torch.fft.fft2(x)
            return torch.fft.ifft2(top / (power / a + 1)).real
            """,
            """
            top = np.conj(k_hat.numpy()) * np.fft.fft2(y.numpy()) + a * np.fft.fft2(x.numpy())
            return torch.from_numpy(np.fft.ifft2(top / (np.abs(k_hat.numpy()) ** 2 + a)).real)
            """,
            """
            a_hat = k_hat
            r = y - torch.fft.ifft2(a_hat * torch.fft.fft2(x)).real
            return (
                x
                + torch.fft.ifft2(
                    a_hat.conj() * torch.fft.fft2(r) / (a_hat.real**2 + a_hat.imag**2 + a)
                ).real
            )
            """,
            """
            K = k_hat.numpy()
            num = np.conj(K) * np.fft.fft2(y.numpy()) + a * np.fft.fft2(x.numpy())
            return torch.from_numpy(np.real(np.fft.ifft2(num / (np.abs(K) ** 2 + a))))
            """,
            """
            H = (k_hat.conj() * k_hat).real + a
            b = torch.fft.ifft2(torch.conj(k_hat) * torch.fft.fft2(y)).real + a * x
            return torch.real(torch.fft.ifftn(torch.fft.fftn(b, dim=(-2, -1)) / H, dim=(-2, -1)))
            """,
            """
            def A(u):
                return torch.fft.ifft2(k_hat * torch.fft.fft2(u)).real

            def AT(u):
                return torch.fft.ifft2(k_hat.conj() * torch.fft.fft2(u)).real

            b = AT(y) + a * x
            c = x.clone()
            r = b - AT(A(c)) - a * c
            p, rs = r.clone(), (r * r).sum()
            for _ in range(500):
                if rs < 1e-26:
                    break
                q = AT(A(p)) + a * p
                t = rs / (p * q).sum()
                c = c + t * p
                r = r - t * q
                new = (r * r).sum()
                p, rs = r + new / rs * p, new
            return c
            """,
        ],
        wrong={
            """
            X, Y = torch.fft.fft2(x), torch.fft.fft2(y)
            k = torch.fft.fft2(k_hat)
            return torch.fft.ifft2((k.conj() * Y + a * X) / (k.abs() ** 2 + a)).real
            """: "a transform already",
            """
            X, Y = torch.fft.fft2(x), torch.fft.fft2(y)
            return torch.fft.ifft2((k_hat.conj() * Y + a * X) / k_hat.abs() ** 2 + a).real
            """: "parentheses",
            """
            X, Y = torch.fft.fft(x), torch.fft.fft(y)
            return torch.fft.ifft((k_hat.conj() * Y + a * X) / (k_hat.abs() ** 2 + a)).real
            """: "rows only",
            """
            X, Y = torch.fft.fft2(x), torch.fft.fft2(y)
            return torch.fft.ifft2((k_hat.conj() * Y + a * X) / (k_hat.abs() ** 2 + a)).abs()
            """: "absolute value",
            """
            X, Y = torch.fft.fft2(x), torch.fft.fft2(y)
            return torch.fft.ifft2(Y / k_hat).real
            """: OTHERWISE,
            """
            top = k_hat * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real
            """: "conjugate is missing",
            """
            top = k_hat.conj() * torch.fft.fft2(y)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real
            """: "out of the numerator",
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() + a)).real
            """: "multiplies by |k̂|²|you divided by",
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / k_hat.abs() ** 2).real
            """: "missing in the denominator",
            """
            top = k_hat.conj() * torch.fft.fft2(y) + torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real
            """: "forgot the a before",
            """
            top = k_hat.conj() * torch.fft.fft2(x) + a * torch.fft.fft2(y)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real
            """: "exchanged x and y",
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a))
            """: "is complex",
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return top / (k_hat.abs() ** 2 + a)
            """: "is complex",
            """
            top = k_hat.conj() * torch.fft.fft2(y) - a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real
            """: "sign of a·x̂",
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat**2 + a)).real
            """: "squared k̂ itself",
            """
            top = k_hat.conj() * y + a * x
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real
            """: OTHERWISE,
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real.mean(0)
            """: "its shape is",
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).real / 2
            """: "half of",
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a)).abs()
            """: "you took the modulus at the end",
            """
            top = torch.fft.fft2(y) / k_hat + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (1 + a)).real
            """: "you mixed ŷ/k̂ with x̂",
            """
            top = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(top / (k_hat.abs() ** 2 + a**2)).real
            """: "a is squared in the denominator",
            """
            t = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(t / (k_hat.abs() ** 2)).real
            """: "a is missing in the denominator",
            """
            t = k_hat.conj() * torch.fft.fft2(y) + a * torch.fft.fft2(x)
            return torch.fft.ifft2(t / k_hat.abs() ** 2 + a).real
            """: "you added a to the quotient",
        },
    ),
    Answers(
        exercise="plug_and_play",
        head="def plug_and_play(x, y, k_hat, denoise, levels, strength):",
        before=DATA_STEP,
        right=[
            """
            us = [x]
            for s in levels:
                us.append(denoise(data_step(us[-1], y, k_hat, strength / s**2), s))
            us = torch.stack(us)
            return us[-1], us.diff(dim=0).flatten(1).square().mean(1).sqrt()
            """,
            alternate(),
            """
            changes = torch.zeros(len(levels), dtype=x.dtype)
            for n, s in enumerate(levels):
                z = data_step(x, y, k_hat, strength / s**2)
                x_old, x = x, denoise(z, s)
                changes[n] = ((x - x_old) ** 2).mean() ** 0.5
            return x, changes
            """,
            """
            path = [x]
            for s in levels:
                path.append(denoise(data_step(path[-1], y, k_hat, strength / s / s), s))
            path = torch.stack(path)
            return path[-1], path.diff(dim=0).square().mean((1, 2, 3, 4)).sqrt()
            """,
            """
            changes = []
            for s in levels:
                new = denoise(data_step(x, y, k_hat, strength * s**-2), s)
                changes.append(torch.linalg.vector_norm(new - x) / math.sqrt(x.numel()))
                x = new
            return [x, torch.tensor(changes)]
            """,
            """
            y_hat, changes = k_hat.conj() * torch.fft.fft2(y), []
            for s in levels:
                a, before = strength / s**2, x.clone()
                z = torch.fft.ifft2((y_hat + a * torch.fft.fft2(x)) / (k_hat.abs() ** 2 + a)).real
                x = denoise(z, s)
                changes.append(F.mse_loss(x, before).sqrt())
            return x, torch.stack(changes)
            """,
            """
            changes = torch.zeros(len(levels), dtype=x.dtype)
            current = x.clone()
            i = 0
            while i < len(levels):
                eta = levels[i]
                next_ = denoise(data_step(current, y, k_hat, strength * eta**-2), eta)
                changes[i] = torch.linalg.norm((next_ - current).flatten()) / current.numel() ** 0.5
                current = next_
                i += 1
            return current, changes
            """,
            """
            images = [x]
            for eta in levels:
                images.append(
                    denoise(
                        data_step(x=images[-1], y=y, k_hat=k_hat, a=strength / (eta * eta)), eta
                    )
                )
            return images[-1], torch.tensor(
                [float(F.mse_loss(b, a)) ** 0.5 for a, b in zip(images, images[1:])], dtype=x.dtype
            )
            """,
            """
            def go(u, etas):
                if len(etas) == 0:
                    return u, []
                eta = etas[0]
                v = denoise(data_step(u, y, k_hat, strength / eta**2), eta)
                end, rest = go(v, etas[1:])
                return end, [(v - u).pow(2).mean().sqrt()] + rest

            end, all_changes = go(x, levels)
            return end, torch.stack(all_changes)
            """,
            """
            Y = torch.fft.fft2(y)
            out = []
            for eta in levels:
                a = strength / eta**2
                c = torch.fft.ifft2(
                    (k_hat.conj() * Y + a * torch.fft.fft2(x)) / (k_hat.abs().square() + a)
                ).real
                old, x = x, denoise(c, eta)
                out.append(np.sqrt(np.mean((x - old).numpy() ** 2)))
            return x, torch.from_numpy(np.asarray(out))
            """,
        ],
        wrong={
            """
            changes = []
            for s in levels:
                z = data_step(x, y, k_hat, strength / s**2)
                new = denoise(z, s**2)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "told η²",
            """
            changes = []
            for s in levels:
                z = data_step(x, y, k_hat, strength / s**2)
                new = denoise(x, s)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "the data are lost",
            """
            changes = []
            for s in levels:
                z = data_step(x, y, k_hat, strength / s**2)
                new = z
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "denoiser is left out",
            """
            changes = []
            for s in levels:
                z = data_step(y, x, k_hat, strength / s**2)
                new = denoise(z, s)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "exchanged in the data step",
            """
            changes = []
            for s in levels:
                z = data_step(x, y, k_hat, strength / s**2)
                new = denoise(z, s)
                changes.append((z - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "by the data step",
            """
            changes = []
            for s in levels:
                z = data_step(x, y, k_hat, strength / s**2)
                new = denoise(z, s)
                changes.append((new - x).std())
                x = new
            return x, torch.stack(changes)
            """: OTHERWISE,
            alternate("strength / s"): "a is strength/η",
            alternate("strength"): "`strength` itself",
            alternate("strength * s**2"): "strength·η²",
            alternate("strength / levels[0] ** 2"): "a is computed once",
            alternate(
                step="new = data_step(denoise(x, s), y, k_hat, strength / s**2)"
            ): "order is exchanged",
            alternate(
                step="new = denoise(data_step(x, y, k_hat, strength / s**2), levels[0])"
            ): "told the first level",
            alternate(
                step="new = denoise(data_step(start, y, k_hat, strength / s**2), s)"
            ): "x of the start",
            alternate(change="(new - x).square().mean()"): "root is missing",
            alternate(change="(new - x).abs().mean()"): "mean of moduli",
            alternate(change="(new - x).norm()"): "change is a norm",
            alternate(change="(new - start).square().mean().sqrt()"): "from the start",
            alternate(end="return x"): "expected 2 values",
            alternate(end="return x, [float(c) for c in changes]"): "list of numbers",
            alternate(end="return x, changes[-1]"): "shape of the list of changes",
            alternate(end="return torch.stack(changes), x"): "wrong order",
            alternate(end="print(x)"): "returned None",
            """
            changes = []
            for s in levels:
                z = data_step(x, y, k_hat, strength / s**2)
                new = denoise(z, s)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return z, torch.stack(changes)
            """: "you return c",
            """
            changes = []
            for s in levels:
                z = data_step(x, y, k_hat, strength / s**2)
                x = denoise(z, s)
                changes.append((x - z).square().mean().sqrt())
            return x, torch.stack(changes)
            """: "by the denoiser",
            """
            changes = []
            for s in levels:
                z = data_step(x, y, k_hat, strength / s**2)
                x = denoise(z, s)
                changes.append((x - x).square().mean().sqrt())
            return x, torch.stack(changes)
            """: "before its change was measured",
            """
            changes = []
            for s in levels:
                new = denoise(data_step(x, y, k_hat, strength / s**2), s).clamp(0, 1)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "clamped",
            """
            changes = []
            for s in levels:
                z = data_step(x, y, k_hat, strength / s**2)
                new = denoise(z, s)
                changes.append((new - x).square().mean().sqrt())
            return new, torch.stack(changes)
            """: "never set to the new image",
            """
            changes = []
            for s in levels:
                new = denoise(data_step(x, y, k_hat, strength / s**2), strength / s**2)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: OTHERWISE,
            """
            changes = []
            for eta in levels:
                c = data_step(x, y, k_hat, strength / eta)
                new = denoise(c, eta)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "a is strength/η",
            """
            changes = []
            for eta in levels:
                c = data_step(x, y, k_hat, strength / eta**2)
                new = denoise(c, eta)
                changes.append((new - c).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "the change is that by the denoiser, x −",
            """
            changes, x0 = [], x
            for eta in levels:
                c = data_step(x0, y, k_hat, strength / eta**2)
                new = denoise(c, eta)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "c is pulled to the x of the start in",
            """
            changes = []
            for eta in levels:
                new = data_step(denoise(x, eta), y, k_hat, strength / eta**2)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "the order is exchanged",
            """
            changes = []
            for eta in levels:
                c = data_step(x, y, k_hat, strength / eta**2)
                x = denoise(c, eta)
                changes.append((x - x).square().mean().sqrt())
            return x, torch.stack(changes)
            """: "you set x to the new image before its",
            """
            changes = []
            for eta in levels:
                c = data_step(x, y, k_hat, strength / levels[0] ** 2)
                new = denoise(c, levels[0])
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "the first level is used in all rounds",
            """
            changes = []
            for eta in levels:
                c = data_step(x, y, k_hat, strength / eta**2)
                new = denoise(c, eta)
                changes.append((new - x).abs().mean())
                x = new
            return x, torch.stack(changes)
            """: "the change is a mean of moduli",
            """
            changes = []
            for eta in levels:
                c = data_step(x, y, k_hat, strength / eta**2)
                new = denoise(c, eta)
                changes.append((c - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "the change is that by the data step, c",
            """
            changes = []
            for eta in levels:
                c = data_step(x, y, k_hat, strength / eta**2)
                new = denoise(c, eta)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return c, torch.stack(changes)
            """: "you return c",
            """
            changes = []
            c = x
            for eta in levels:
                c = data_step(c, y, k_hat, strength / eta**2)
                new = denoise(c, eta)
                changes.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(changes)
            """: "c is pulled to the c before",
            """
            ch = []
            for eta in levels:
                a = strength / eta**2
                new = denoise(data_step(x, y, k_hat, a), eta**2)
                ch.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(ch)
            """: "the denoiser is told η²",
            """
            ch = []
            for eta in levels:
                new = denoise(data_step(y, x, k_hat, strength / eta**2), eta)
                ch.append((new - x).square().mean().sqrt())
                x = new
            return x, torch.stack(ch)
            """: "x and y are exchanged in the data step",
        },
    ),
    Answers(
        exercise="explicit_prior",
        head="def explicit_prior(v, N):",
        right=[
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """,
            """
            v = v.detach().requires_grad_()
            g = (v - N(v)).square().flatten(1).sum(1) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """,
            """
            v = v.clone().requires_grad_()
            g = 0.5 * torch.linalg.vector_norm(v - N(v), dim=(1, 2, 3)) ** 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """,
            """
            at = v.detach().clone().requires_grad_(True)
            g = 0.5 * (at - N(at)).pow(2).sum(dim=(1, 2, 3))
            g.sum().backward()
            return v - at.grad, g.detach()
            """,
            """
            out, pull = torch.func.vjp(N, v)
            gap = v - out
            return out + pull(gap)[0], 0.5 * (gap * gap).sum((1, 2, 3))
            """,
            """
            def g_of(u):
                return 0.5 * (u - N(u)).square().sum()

            return v - torch.func.grad(g_of)(v), 0.5 * (v - N(v)).square().sum((1, 2, 3))
            """,
            """
            def each(u):
                return 0.5 * (u - N(u)).square().sum((1, 2, 3))

            g, pull = torch.func.vjp(each, v)
            (slope,) = pull(torch.ones_like(g))
            return v - slope, g
            """,
            """
            images, values = [], []
            for one in v.split(1):
                one = one.detach().requires_grad_()
                g = F.mse_loss(N(one), one, reduction="sum") / 2
                images.append(one.detach() - torch.autograd.grad(g, one)[0])
                values.append(g.detach())
            return torch.cat(images), torch.stack(values)
            """,
            """
            u = v.detach().clone().requires_grad_()
            with torch.enable_grad():
                gap = u - N(u)
                g = torch.einsum("bchw,bchw->b", gap, gap) / 2
                slope = torch.autograd.grad(g, u, torch.ones_like(g))[0]
            return [u.detach() - slope, g.detach()]
            """,
            """
            from torch.autograd.functional import vjp

            out = N(v)
            gap = v - out
            _, back = vjp(N, v, gap)
            return v - gap + back, gap.square().sum((1, 2, 3)) / 2
            """,
        ],
        wrong={
            "N(v), (v - N(v)).square().sum((1, 2, 3)) / 2": r"your D\(v\) is N\(v\)",
            """
            v = v.detach().requires_grad_()
            g = (v - N(v.detach())).square().sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: r"your D\(v\) is N\(v\)",
            """
            v = v.detach().requires_grad_()
            g = (v - N(v).detach()).square().sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: r"your D\(v\) is N\(v\)",
            """
            v = v.detach().requires_grad_()
            g = (v.detach() - N(v)).square().sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "where it stands alone",
            """
            v = v.detach().requires_grad_()
            g = (v - N(v)).square().sum((1, 2, 3))
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "½ is missing in g",
            """
            v = v.detach().requires_grad_()
            g = (v - N(v)).square().mean((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "g is a mean",
            """
            v = v.detach().requires_grad_()
            g = torch.linalg.vector_norm(v - N(v), dim=(1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "the square is missing",
            """
            v = v.detach().requires_grad_()
            g = (v - N(v)).abs().sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "moduli",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.sum().detach()
            """: "one g for the whole batch",
            """
            v = v.detach().requires_grad_()
            g = (v - N(v)).square().sum() / 2
            (slope,) = torch.autograd.grad(g, v)
            return (v - slope).detach(), g.detach()
            """: "one g for the whole batch",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.mean().detach()
            """: "the mean of g over the batch",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.mean(), v)
            return (v - slope).detach(), g.detach()
            """: "you took the mean of g over the batch",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return slope, g.detach()
            """: "you returned ∇g",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v + slope).detach(), g.detach()
            """: "the sign is wrong",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope / 2).detach(), g.detach()
            """: "half as long",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (N(v) - slope).detach(), g.detach()
            """: "subtracted ∇g from N",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope - N(v)).detach(), g.detach()
            """: r"N\(v\) twice",
            """
            v = v.detach().requires_grad_()
            g = N(v).square().sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: r"‖N\(v\)‖²",
            """
            v = v.detach().requires_grad_()
            g = (v + N(v)).square().sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "the difference",
            """
            v = v.detach().requires_grad_()
            g = v.square().sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "‖v‖²",
            """
            v = v.detach().requires_grad_()
            g = (v - N(N(v))).square().sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "applied twice",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return g.detach(), (v - slope).detach()
            """: "g first",
            """
            v = v.detach().requires_grad_()
            g = (v - N(v)).square().sum((2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "over the pixels only",
            """
            v = v.detach().requires_grad_()
            g = (v - N(v)).square() / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach()
            """: "for each pixel",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            D = (v - slope).detach()
            return D, (D - N(D)).square().sum((1, 2, 3)) / 2
            """: "that of the denoised image",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            D = (v - slope).detach()
            return D, (v - D).square().sum((1, 2, 3)) / 2
            """: "compares v with D",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), 2 * g.detach()
            """: r"½ is missing in g\(v\)",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), g.detach() / v[0].numel()
            """: r"g\(v\) is a mean",
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - slope).detach(), (v - N(v)).square().sum().sqrt()
            """: OTHERWISE,
            """
            v = v.detach().requires_grad_()
            g = ((v - N(v)) ** 2).sum((1, 2, 3)) / 2
            (slope,) = torch.autograd.grad(g.sum(), v)
            return (v - 2 * slope).detach(), g.detach()
            """: OTHERWISE,
        },
    ),
)
