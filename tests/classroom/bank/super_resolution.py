"""Answers to the exercises of notebook 09."""

from classroom.bank import OTHERWISE, Answers

SHUFFLE = """
def shuffle(h, scale):
    return F.pixel_shuffle(h, scale)
"""

TWIN = Answers(
    exercise="twin",
    head="def make_twin(x, A, pinv):",
    right=[
        "sum([pinv(A(x)), pinv(A(x)), -x])",
        """
            s = pinv(A(x))
            u = x - s
            u *= -1
            return s + u
            """,
        "2 * pinv(A(x)) - x",
        "x - 2 * (x - pinv(A(x)))",
        """
        seen = pinv(A(x))
        unseen = x - seen
        return seen - unseen
        """,
        "x + 2 * pinv(A(pinv(A(x)) - x)) - 2 * (x - pinv(A(x)))",
        "torch.lerp(x, pinv(A(x)), 2.0)",
        """
        y = A(x)
        seen = pinv(y)
        return seen + (seen - x)
        """,
    ],
    wrong={
        "pinv(A(x)) - 2 * (x - pinv(A(x)))": "twice, but from the seen",
        """
            seen = pinv(A(x))
            return (2 * seen - x).clamp(0, 1)
            """: "clamped",
        """
            x *= -1
            return x + 2 * pinv(A(-x))
            """: "changed its argument x",
        "yield 2 * pinv(A(x)) - x": "is a generator",
        "x - pinv(A(x))": "the unseen part alone",
        "pinv(A(x))": "what y sees",
        "x - 2 * pinv(A(x))": "the part that y does see",
        "-x": "sign of all of x",
        "x": "argument x, unchanged",
        "2 * x - pinv(A(x))": "doubled the unseen part",
        "x + pinv(A(x))": "seen part once more",
        "pinv(A(x)) - x": "minus the unseen part",
        "2 * pinv(A(x)) + x": OTHERWISE,
        "2 * (pinv(A(x)) - x)": OTHERWISE,
        "4 * pinv(A(x)) - 2 * x": "twice the right one",
        "pinv(2 * A(x))": OTHERWISE,
        "A(x)": r"shape is \(3,\)",
        "2 * pinv(A(x) - x)": "it raised RuntimeError",
        "print(2 * pinv(A(x)) - x)": "returned None",
        "2 * pinv(x) - x": "it raised RuntimeError",
    },
)

SHUFFLED = Answers(
    exercise="shuffle",
    head="def shuffle(h, scale):",
    right=[
        """
            B, C, H, W = h.shape
            size = H * scale, W * scale
            return F.fold(h.reshape(B, C, H * W), size, scale, stride=scale)
        """,
        """
            B, C, H, W = h.shape
            C //= scale**2
            out = h.new_zeros(B, C, H * scale, W * scale)
            for c in range(C):
                for a in range(scale):
                    for b in range(scale):
                        out[:, c, a::scale, b::scale] = h[:, c * scale**2 + a * scale + b]
            return out
            """,
        "F.pixel_shuffle(h, scale)",
        "nn.PixelShuffle(scale)(h)",
        """
        B, C, H, W = h.shape
        h = h.view(B, -1, scale, scale, H, W)
        return torch.einsum("bcijhw->bchiwj", h).reshape(B, -1, H * scale, W * scale)
        """,
        """
        B, C, H, W = h.shape
        x = h.new_zeros(B, C // scale**2, scale * H, scale * W)
        for a in range(scale):
            for b in range(scale):
                x[:, :, a::scale, b::scale] = h[:, a * scale + b :: scale**2]
        return x
        """,
        """
        return torch.stack([F.pixel_shuffle(one, scale) for one in h])
        """,
        """
        weight = torch.zeros(h.shape[1], h.shape[1] // scale**2, scale, scale).to(h)
        for k in range(h.shape[1]):
            c, rest = divmod(k, scale**2)
            weight[k, c, rest // scale, rest % scale] = 1
        return F.conv_transpose2d(h, weight, stride=scale)
        """,
    ],
    wrong={
        "F.pixel_shuffle(h, scale).flip(-1)": "left and right exchanged",
        """
            B, C, H, W = h.shape
            C //= scale**2
            return h.reshape(B, C, scale, scale, H, W).permute(0, 1, 4, 2, 5, 3)
            """: "shape is",
        """
            B, C, H, W = h.shape
            C //= scale**2
            moved = h.reshape(B, C, scale, scale, H, W).permute(0, 1, 4, 3, 5, 2)
            return moved.reshape(B, C, H * scale, W * scale)
            """: "column by column",
        "F.interpolate(h[:, :: scale**2], scale_factor=scale)": OTHERWISE,
        """
        B, C, H, W = h.shape
        return h.reshape(B, C // scale**2, scale * H, scale * W)
        """: "reshaped without moving",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C // scale**2, scale, scale, H, W)
        return h.permute(0, 1, 2, 4, 3, 5).reshape(B, C // scale**2, scale * H, scale * W)
        """: "tiles",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C // scale**2, scale, scale, H, W)
        return h.permute(0, 1, 4, 3, 5, 2).reshape(B, C // scale**2, scale * H, scale * W)
        """: "column by column",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, scale, scale, C // scale**2, H, W)
        return h.permute(0, 3, 4, 1, 5, 2).reshape(B, C // scale**2, scale * H, scale * W)
        """: "belong to the first channel",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C // scale**2, scale, scale, H, W)
        return h.permute(0, 1, 5, 3, 4, 2).reshape(B, C // scale**2, scale * W, scale * H)
        """: "rows and columns are exchanged",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C // scale**2, scale, scale, H, W)
        return h.permute(0, 1, 4, 2, 5, 3)
        """: "shape",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C / scale**2, scale, scale, H, W)
        return h.permute(0, 1, 4, 2, 5, 3).reshape(B, C // scale**2, scale * H, scale * W)
        """: "raised TypeError",
        "F.pixel_unshuffle(h, scale)": "raised RuntimeError",
        "F.pixel_shuffle(h, 2)": "raised RuntimeError",
        "F.interpolate(h, scale_factor=scale)[:, :: scale**2]": OTHERWISE,
        "F.interpolate(h[:, : h.shape[1] // scale**2], scale_factor=scale)": OTHERWISE,
        "F.pixel_shuffle(h.flip(1), scale)": OTHERWISE,
        "F.pixel_shuffle(h.detach(), scale)": "cannot be differentiated",
        "F.pixel_shuffle(h, scale).mean(dim=1, keepdim=True)": "shape is",
        "F.pixel_shuffle(h[:1], scale)": "shape is",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C // scale**2, scale, scale, H, W)
        h.permute(0, 1, 4, 2, 5, 3).reshape(B, C // scale**2, scale * H, scale * W)
        """: "returned None",
    },
)

FORWARD = """
h = head(y - 0.5)
deep = h
for first, second in blocks:
    deep = deep + second(first(deep))
return shuffle(tail(h + join(deep)), scale) + enlarge(y)
"""
FORWARDS = Answers(
    exercise="sr_forward",
    head="def sr_forward(y, head, blocks, join, tail, scale, enlarge):",
    before=SHUFFLE,
    right=[
        """
            y0 = y - 1 / 2
            h = head(y0)
            t = h.clone()
            for b in blocks:
                t += b[1](b[0](t))
            t = join(t)
            t = t + h
            return F.pixel_shuffle(tail(t), scale) + enlarge(y0 + 1 / 2)
            """,
        FORWARD,
        """
        h = head(y - 0.5)
        u = h.clone()
        for block in blocks:
            change = block[0](u)
            change = block[1](change)
            u = torch.add(u, change)
        return F.pixel_shuffle(tail(join(u) + h), scale) + enlarge(y)
        """,
        """
        maps = [head(y - 0.5)]
        for first, second in blocks:
            maps.append(maps[-1] + second(first(maps[-1])))
        return enlarge(y) + nn.PixelShuffle(scale)(tail(maps[0] + join(maps[-1])))
        """,
        """
        import functools
        start = head(y - 0.5)
        deep = functools.reduce(lambda d, b: d + b[1](b[0](d)), blocks, start)
        return shuffle(tail(start + join(deep)), scale) + enlarge(y)
        """,
        """
        h = head(y.sub(0.5))
        d = h
        for i in range(len(blocks)):
            first, second = blocks[i]
            d = d + second(first(d)) + 1e-13
        out = shuffle(tail(h + join(d)), scale)
        return out.add_(enlarge(y))
        """,
    ],
    wrong={
        """
            h = head(y - 0.5)
            t = h
            for f, s in blocks:
                t += s(f(t))
            return F.pixel_shuffle(tail(h + join(t)), scale) + enlarge(y)
            """: "not h",
        """
            h = head(y - 0.5)
            t = h
            for f, s in blocks:
                t = t + s(f(t))
            return F.pixel_shuffle(tail(t + join(t)), scale) + enlarge(y)
            """: "not h",
        """
            h = head(y - 0.5)
            t = h
            for f, s in blocks:
                t = t + s(f(t))
                t = join(t) + h
            return F.pixel_shuffle(tail(t), scale) + enlarge(y)
            """: OTHERWISE,
        """
            y -= 0.5
            h = head(y)
            t = h
            for f, s in blocks:
                t = t + s(f(t))
            return F.pixel_shuffle(tail(h + join(t)), scale) + enlarge(y + 0.5)
            """: "changed its argument y",
        """
            h = head(y - 0.5)
            t = h
            for b in blocks:
                t = t + b(t)
            return F.pixel_shuffle(tail(h + join(t)), scale) + enlarge(y)
            """: "not callable",
        FORWARD.replace("deep + second", "second"): "add what came into each block",
        FORWARD.replace("deep + second", "h + second"): "in place of what came into it",
        FORWARD.replace("first(deep)", "first(h)"): "all blocks get h",
        FORWARD.replace("y - 0.5", "y"): "not y − ½",
        FORWARD.replace("y - 0.5", "y + 0.5"): OTHERWISE,
        FORWARD.replace("h + join(deep)", "join(deep)"): "forgot to add h",
        FORWARD.replace("h + join(deep)", "h + deep"): "left out join",
        FORWARD.replace("h + join(deep)", "join(h + deep)"): "join to the sum",
        FORWARD.replace(" + enlarge(y)", ""): "forgot to add the interpolated",
        FORWARD.replace("enlarge(y)", "enlarge(y - 0.5)"): "too dark by ½",
        FORWARD.replace("enlarge(y)", "0.5"): "added ½ in place of the interpolated",
        FORWARD.replace("second(first(deep))", "first(second(deep))"): "second came before first",
        FORWARD.replace("+ second(first(deep))", "+ first(deep)"): "left out second",
        FORWARD.replace("deep + second(first(deep))", "second(deep + first(deep))"): OTHERWISE,
        FORWARD.replace("in blocks:", "in blocks[:1]:"): "only the first block",
        FORWARD.replace("in blocks:", "in reversed(blocks):"): "opposite order",
        FORWARD.replace(
            "return shuffle(tail(h + join(deep)), scale)", "return tail(h + join(deep))"
        ): ("it raised RuntimeError"),
        FORWARD.replace("+ enlarge(y)", "+ y"): "it raised RuntimeError",
        FORWARD.replace("return ", "x = "): "returned None",
        FORWARD.replace("return ", "return 2 * "): OTHERWISE,
        FORWARD.replace(
            "return shuffle(tail(h + join(deep)), scale) + enlarge(y)",
            "return (shuffle(tail(h + join(deep)), scale) + enlarge(y)).clamp(0, 1)",
        ): ("clamped"),
    },
)

STEP = """
x_hat = G(y)
loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
opt_D.zero_grad()
loss_D.backward()
opt_D.step()

loss_G = F.mse_loss(V(x_hat), V(x)) + adversarial * losses.generator_loss(D(x_hat))
opt_G.zero_grad()
loss_G.backward()
opt_G.step()
return loss_D.item(), loss_G.item()
"""
D_LOSS = "losses.discriminator_loss(D(x), D(x_hat.detach()))"
CONTENT = "F.mse_loss(V(x_hat), V(x))"
FOOLED = "adversarial * losses.generator_loss(D(x_hat))"
TOGETHER = """
x_hat = G(y)
loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
loss_G = F.mse_loss(V(x_hat), V(x)) + adversarial * losses.generator_loss(D(x_hat))
opt_G.zero_grad()
loss_G.backward()
opt_D.zero_grad()
loss_D.backward()
opt_D.step()
opt_G.step()
return loss_D.item(), loss_G.item()
"""
STEPS = Answers(
    exercise="srgan_step",
    head="def srgan_step(G, D, y, x, V, adversarial, opt_G, opt_D):",
    right=[
        """
            D.requires_grad_(True)
            xh = G(y)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(x), D(xh.detach()))
            ld.backward()
            opt_D.step()
            D.requires_grad_(False)
            opt_G.zero_grad()
            lg = F.mse_loss(V(xh), V(x)) + adversarial * losses.generator_loss(D(xh))
            lg.backward()
            opt_G.step()
            D.requires_grad_(True)
            return ld.item(), lg.item()
            """,
        STEP,
        """
        opt_D.zero_grad()
        fake = G(y)
        real_logits, fake_logits = D(x), D(fake.detach())
        loss_D = F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()
        loss_D.backward()
        opt_D.step()
        opt_G.zero_grad()
        loss_G = (V(fake) - V(x)).square().mean() - adversarial * F.logsigmoid(D(fake)).mean()
        loss_G.backward()
        opt_G.step()
        return loss_D, loss_G
        """,
        """
        with torch.no_grad():
            fake = G(y)
        loss_D = F.binary_cross_entropy_with_logits(D(x), torch.ones(len(x)).to(x))
        loss_D = loss_D + F.binary_cross_entropy_with_logits(D(fake), torch.zeros(len(x)).to(x))
        D.zero_grad()
        loss_D.backward()
        opt_D.step()
        D.requires_grad_(False)
        fake = G(y)
        loss_G = F.mse_loss(V(fake), V(x).detach())
        loss_G = loss_G + adversarial * losses.generator_loss(D(fake))
        G.zero_grad()
        loss_G.backward()
        opt_G.step()
        D.requires_grad_(True)
        return loss_D.detach(), loss_G.detach()
        """,
        """
        x_hat = G(y)
        logits = D(torch.cat([x, x_hat.detach()]))
        loss_D = losses.discriminator_loss(logits[: len(x)], logits[len(x) :])
        for p, d in zip(D.parameters(), torch.autograd.grad(loss_D, list(D.parameters()))):
            p.grad = d
        opt_D.step()
        loss_G = F.mse_loss(V(x_hat), V(x)) + adversarial * losses.generator_loss(D(x_hat))
        for p, d in zip(G.parameters(), torch.autograd.grad(loss_G, list(G.parameters()))):
            p.grad = d
        opt_G.step()
        return [loss_D.item(), loss_G.item()]
        """,
        """
        x_hat = G(y)
        opt_D.zero_grad()
        loss_D = losses.discriminator_loss(D(x), D(x_hat))
        loss_D.backward(retain_graph=True)
        opt_D.step()
        opt_G.zero_grad()
        loss_G = F.mse_loss(V(x_hat), V(x)) + adversarial * losses.generator_loss(D(x_hat))
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """,
    ],
    wrong={
        """
            xh = G(y)
            opt_D.zero_grad()
            opt_G.zero_grad()
            ld = losses.discriminator_loss(D(x), D(xh.detach()))
            lg = F.mse_loss(V(xh), V(x)) + adversarial * losses.generator_loss(D(xh))
            ld.backward()
            lg.backward()
            opt_D.step()
            opt_G.step()
            return ld.item(), lg.item()
            """: "before D's step",
        """
            xh = G(y)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(x), D(xh.detach()))
            ld.backward()
            opt_D.step()
            opt_G.zero_grad()
            lg = F.mse_loss(V(xh), V(x)) - adversarial * losses.generator_loss(D(xh))
            lg.backward()
            opt_G.step()
            return ld.item(), lg.item()
            """: "wrong sign in G's loss",
        """
            xh = G(y)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(x), D(xh.detach()))
            ld.backward()
            opt_D.step()
            opt_G.zero_grad()
            lg = F.mse_loss(V(xh), V(x)) + adversarial * losses.generator_loss(D(xh))
            lg.backward()
            opt_G.step()
            return ld.item() + lg.item()
            """: "expected two losses",
        """
            xh = G(y)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(x), D(xh.detach()))
            ld.backward()
            opt_D.step()
            opt_G.zero_grad()
            lg = F.mse_loss(V(xh), V(x)) + adversarial * losses.generator_loss(D(xh))
            lg.backward()
            opt_G.step()
            return losses.discriminator_loss(D(x), D(G(y))).item(), lg.item()
            """: "returned loss of D",
        STEP.replace(D_LOSS, "losses.discriminator_loss(D(x_hat.detach()), D(x))"): "exchanged",
        STEP.replace(".detach()", ""): "second time",
        STEP.replace(D_LOSS, "losses.generator_loss(D(x))"): "no image made by G",
        STEP.replace(D_LOSS, "losses.discriminator_loss(D(x), D(y))"): OTHERWISE,
        STEP.replace("opt_D.zero_grad()\n", ""): "D's gradients from G's step",
        STEP.replace("opt_G.zero_grad()\n", ""): "G's gradients from its last step",
        STEP.replace("opt_D.zero_grad()\n", "").replace("opt_G.zero_grad()\n", ""): "no gradient",
        STEP.replace("opt_D.step()\n", ""): "D's weights never change",
        STEP.replace("opt_G.step()\n", ""): "G's weights never change",
        STEP.replace("loss_G.backward()\nopt_G.step()", "opt_G.step()\nloss_G.backward()"): (
            "G's weights never change"
        ),
        STEP.replace(
            "opt_D.zero_grad()\nloss_D.backward()", "loss_D.backward()\nopt_D.zero_grad()"
        ): ("D's weights never change"),
        STEP.replace(
            "opt_G.zero_grad()\nloss_G.backward()", "loss_G.backward()\nopt_G.zero_grad()"
        ): ("G's weights never change"),
        STEP.replace(CONTENT, "F.mse_loss(x_hat, x)"): "compares pixels",
        STEP.replace(CONTENT, "V(x_hat - x).square().mean()"): "V is not linear",
        STEP.replace(CONTENT, "F.l1_loss(V(x_hat), V(x))"): "absolute value",
        STEP.replace(CONTENT, "(V(x_hat) - V(x)).square().sum()"): "content is a sum",
        STEP.replace(CONTENT, "F.mse_loss(V(x_hat), V(x)).sqrt()"): OTHERWISE,
        STEP.replace(CONTENT, f"adversarial * {CONTENT}").replace(FOOLED, FOOLED[14:]): (
            "multiplied the content"
        ),
        STEP.replace(FOOLED, FOOLED[14:]): "forgot the factor",
        STEP.replace(CONTENT + " + ", ""): "no content",
        STEP.replace(" + " + FOOLED, ""): "no term from D",
        STEP.replace(
            FOOLED, "adversarial * losses.generator_loss(D(x_hat.detach()))"
        ): "judges a detached image",
        STEP.replace(FOOLED, "adversarial * losses.generator_loss(-D(x_hat))"): "helps D",
        STEP.replace(FOOLED, "adversarial * -F.softplus(D(x_hat)).mean()"): "log\\(1 − D\\)",
        STEP.replace(FOOLED, "adversarial * losses.generator_loss(D(x))"): OTHERWISE,
        TOGETHER: "the D from before its step",
        STEP.replace("loss_D.backward", "(loss_D / 2).backward"): "D's weights .* is half of",
        STEP.replace("loss_D.backward", "(-loss_D).backward"): "D's weights .* wrong sign",
        STEP.replace("return loss_D.item(), loss_G.item()", "return loss_G.item()"): "two losses",
        STEP.replace("return loss_D.item(), loss_G.item()", ""): "returned None",
        STEP.replace(
            "return loss_D.item(), loss_G.item()", "return loss_G.item(), loss_D.item()"
        ): ("exchanged the two losses"),
        STEP.replace("x_hat = G(y)", "x_hat = G(y).detach()"): "G's weights never change",
    },
)

PROJECT = """
u, misfits = x_hat, []
for _ in range(n_iter):
    missing = y - A(u)
    misfits.append(missing.square().mean().sqrt())
    u = u + enlarge(missing)
misfits.append((y - A(u)).square().mean().sqrt())
return u, torch.stack(misfits)
"""
PROJECTIONS = Answers(
    exercise="back_project",
    head="def back_project(x_hat, y, A, enlarge, n_iter):",
    right=[
        """
            pass
            def step(u, n):
                m = F.mse_loss(A(u), y).sqrt()[None]
                if n == 0:
                    return u, m
                v, rest = step(u + enlarge(y - A(u)), n - 1)
                return v, torch.cat([m, rest])

            return step(x_hat, n_iter)
            """,
        PROJECT,
        """
        u = x_hat.clone()
        missing = y - A(u)
        misfits = torch.zeros(n_iter + 1, dtype=y.dtype)
        misfits[0] = missing.pow(2).mean() ** 0.5
        for k in range(1, n_iter + 1):
            u += enlarge(missing)
            missing = y - A(u)
            misfits[k] = missing.pow(2).mean() ** 0.5
        return u, misfits
        """,
        """
        us = [x_hat]
        while len(us) <= n_iter:
            us.append(us[-1] - enlarge(A(us[-1]) - y))
        misfits = [float((A(u) - y).norm() / math.sqrt(y.numel())) for u in us]
        return us[-1], torch.tensor(misfits)
        """,
        """
        def misfit(u):
            return F.mse_loss(A(u), y).sqrt().item()

        u, found = x_hat, [misfit(x_hat)]
        for _ in range(n_iter):
            u = u + enlarge(y - A(u))
            found.append(misfit(u))
        return u, torch.tensor(found, dtype=torch.float64)
        """,
        """
        if n_iter == 0:
            return x_hat, (y - A(x_hat)).square().mean().sqrt()[None]
        u = x_hat + enlarge(y - A(x_hat))
        rest = y - A(x_hat)
        found = [rest.square().mean().sqrt().item()]
        for _ in range(n_iter - 1):
            rest = y - A(u)
            found.append(rest.square().mean().sqrt().item())
            u = torch.add(u, enlarge(rest))
        rest = y - A(u)
        found.append(rest.square().mean().sqrt().item())
        return [u, torch.tensor(found)]
        """,
    ],
    wrong={
        """
            u, m = x_hat, []
            for k in range(n_iter + 1):
                r = y - A(u)
                m.append(r.square().mean().sqrt())
                u = u + enlarge(r)
            return u, torch.stack(m)
            """: "one correction more",
        """
            u, m = x_hat, []
            for k in range(n_iter + 1):
                r = y - A(u)
                m.append(255 * r.square().mean().sqrt())
                if k < n_iter:
                    u = u + enlarge(r)
            return u, torch.stack(m)
            """: "255 times",
        """
            u, m = x_hat, []
            for k in range(n_iter + 1):
                r = y - A(u)
                m.append(r.std())
                if k < n_iter:
                    u = u + enlarge(r)
            return u, torch.stack(m)
            """: OTHERWISE,
        """
            u, m = x_hat, []
            for k in range(n_iter + 1):
                r = y - A(u)
                m.append(r.square().mean().sqrt())
                if k < n_iter:
                    u = u + enlarge(r)
            return u, torch.stack(m).flip(0)
            """: "opposite order",
        """
            u, m = x_hat, []
            for k in range(n_iter + 1):
                r = y - A(u)
                m.append(r.square().mean().sqrt())
                if k < n_iter:
                    u += enlarge(r)
            return u, torch.stack(m)
            """: "changed its argument x_hat",
        PROJECT.replace("u + enlarge", "u - enlarge"): "subtracted what is missing",
        PROJECT.replace("missing = y - A(u)", "missing = A(u) - y"): "subtracted what is missing",
        PROJECT.replace("missing = y - A(u)", "missing = y - A(x_hat)"): "once, from x_hat",
        PROJECT.replace("u + enlarge(missing)", "enlarge(missing)"): "the change alone",
        PROJECT.replace("u + enlarge(missing)", "x_hat + enlarge(missing)"): "starts from x_hat",
        PROJECT.replace("u + enlarge(missing)", "u + enlarge(y)"): "added enlarge\\(y\\)",
        PROJECT.replace("u + enlarge(missing)", "(u + enlarge(missing)).clamp(0, 1)"): "0 and 1",
        PROJECT.replace("u + enlarge(missing)", "u + 0.5 * enlarge(missing)"): OTHERWISE,
        PROJECT.replace(".sqrt()", ""): "root",
        PROJECT.replace(".mean()", ".sum()"): "summed over",
        PROJECT.replace(".square().mean().sqrt()", ".abs().mean()"): "absolute values",
        PROJECT.replace(".square().mean().sqrt()", ".abs().max()"): OTHERWISE,
        PROJECT.replace(".square().mean().sqrt()", ".norm()"): "summed over",
        PROJECT.replace("misfits.append((y - A(u)).square().mean().sqrt())\n", ""): (
            "raised RuntimeError|list of misfits"
        ),
        PROJECT.replace("range(n_iter)", "range(n_iter + 1)"): r"shape of the list of misfits",
        PROJECT.replace("range(n_iter)", "range(1, n_iter)"): r"shape of the list of misfits",
        PROJECT.replace("torch.stack(misfits)", "misfits"): "list",
        PROJECT.replace("return u, torch.stack(misfits)", "return u"): "expected 2 values",
        PROJECT.replace(
            "return u, torch.stack(misfits)", "return torch.stack(misfits), u"
        ): "shape",
        PROJECT.replace("u = u + enlarge(missing)", "u += enlarge(missing)"): "argument x_hat",
        """
        u, misfits = x_hat, []
        for _ in range(n_iter):
            u = u + enlarge(y - A(u))
            misfits.append((y - A(u)).square().mean().sqrt())
        misfits.append((y - A(x_hat)).square().mean().sqrt())
        return u, torch.stack(misfits)
        """: "after its step",
        PROJECT.replace("u, misfits = x_hat, []", "u, misfits = enlarge(y), []"): (
            "started from enlarge"
        ),
    },
)

BLEND = "{key: (1 - alpha) * one[key] + alpha * other[key] for key in one}"
BLENDS = Answers(
    exercise="blended",
    head="def blended(one, other, alpha):",
    right=[
        """
            out = dict(one)
            for k, v in other.items():
                out[k] = (1 - alpha) * out[k] + alpha * v
            return out
            """,
        BLEND,
        "{k: torch.lerp(one[k], other[k], alpha) for k in one}",
        """
        found = {}
        for key, weight in one.items():
            found[key] = weight + alpha * (other[key] - weight)
        return found
        """,
        "dict((k, (1 - alpha) * a + alpha * other[k]) for k, a in one.items())",
        """
        import copy
        mixed = copy.deepcopy(one)
        for key in mixed:
            mixed[key] *= 1 - alpha
            mixed[key] += alpha * other[key]
        return mixed
        """,
    ],
    wrong={
        "{k: (one[k] + alpha * (other[k] - one[k])).numpy() for k in one}": "ndarray",
        """
            new = dict(one)
            for k in new:
                new[k] += alpha * (other[k] - one[k])
            return new
            """: "changed its argument one",
        "{k: one[k] + alpha**2 * (other[k] - one[k]) for k in one}": OTHERWISE,
        "{i: one[k] + alpha * (other[k] - one[k]) for i, k in enumerate(one)}": "its keys are",
        "{key: alpha * one[key] + (1 - alpha) * other[key] for key in one}": "other way round",
        "{key: one[key] + alpha * other[key] for key in one}": "without reducing",
        "{key: (one[key] + other[key]) / 2 for key in one}": "mean of the two",
        "{key: (1 - alpha) * one[key] for key in one}": "other is missing",
        "{key: alpha * other[key] for key in one}": "first is missing",
        "{key: (1 + alpha) * one[key] - alpha * other[key] for key in one}": "away from the other",
        "(1 - alpha) * one + alpha * other": "raised TypeError",
        "[(1 - alpha) * one[k] + alpha * other[k] for k in one]": "expected a dict",
        "torch.cat([torch.lerp(one[k], other[k], alpha).flatten() for k in one])": "expected a",
        """
        for key in one:
            one[key] = (1 - alpha) * one[key] + alpha * other[key]
        return one
        """: "changed its argument one",
        """
        for key in one:
            one[key].lerp_(other[key], alpha)
        return one
        """: "changed its argument one",
        """
        for key in one:
            mixed = {key: (1 - alpha) * one[key] + alpha * other[key]}
        return mixed
        """: "its keys are",
        "{k: v for k, v in (one if alpha < 0.5 else other).items()}": OTHERWISE,
        "{k: torch.lerp(one[k], other[k], min(alpha, 1.0)) for k in one}": "limited alpha",
        "{k: (1 - alpha) * one[k].mean() + alpha * other[k].mean() for k in one}": "head.weight",
        "print({k: (1 - alpha) * one[k] + alpha * other[k] for k in one})": "returned None",
        "{k: (1 - alpha) * one[k] + alpha * other[k] + 1 for k in one}": "too large by 1",
        "{k: one[k] ** (1 - alpha) * other[k] ** alpha for k in one}": OTHERWISE,
        "{k: round(1 - alpha) * one[k] + round(alpha) * other[k] for k in one}": OTHERWISE,
    },
)

ANSWERS = (TWIN, SHUFFLED, FORWARDS, STEPS, PROJECTIONS, BLENDS)
