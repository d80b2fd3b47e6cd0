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
        "torch.lerp(x, pinv(A(x)), 2)",
        """
        t = x.clone()
        t -= 2 * (x - pinv(A(x)))
        return t
        """,
        """
        def project(v):
            return pinv(A(v))

        return project(x) + project(x).sub(x)
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
        "pinv(2 * A(x))": "you doubled the seen part",
        "A(x)": r"shape is \(3,\)",
        "2 * pinv(A(x) - x)": "it raised RuntimeError",
        "print(2 * pinv(A(x)) - x)": "returned None",
        "2 * pinv(x) - x": "it raised RuntimeError",
        "pinv(A(x)) - 2 * x": "you doubled x, not what y sees of it",
        "pinv(A(x)) + pinv(A(pinv(A(x)) - x))": "this is what y sees of x",
        """
        x *= -1
        x -= 2 * pinv(A(x))
        return x
        """: "changed its argument x",
        "pinv(A(x)) + A(x - pinv(A(x)))": "you applied A to the unseen part",
        "2 * A(pinv(x)) - x": "you exchanged A and pinv",
        "x - pinv(A(x)) + pinv(A(x))": "you returned x itself",
        "pinv(A(x)) + x": "you added the seen part once more",
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
        "F.pixel_shuffle(h.detach(), scale)",
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
        """
        s = scale
        B, K, H, W = h.shape
        out = h.new_zeros(B, K // (s * s), s * H, s * W)
        for c in range(K):
            out[:, c // (s * s), (c % (s * s)) // s :: s, c % s :: s] = h[:, c]
        return out
        """,
        "nn.PixelShuffle(upscale_factor=scale)(h)",
        """
        B, K, H, W = h.shape
        s = int(scale)
        a = h.numpy().reshape(B, K // s**2, s, s, H, W)
        out = np.einsum("bcxyij->bcixjy", a).reshape(B, -1, H * s, W * s)
        return torch.from_numpy(np.ascontiguousarray(out))
        """,
        """
        B, K, H, W = h.shape
        C = K // scale**2
        rows = []
        for a in range(scale):
            cols = [h[:, a * scale + b :: scale**2] for b in range(scale)]
            rows.append(torch.stack(cols, dim=-1).flatten(-2))
        return torch.stack(rows, dim=-2).flatten(2, 3)
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
        "F.interpolate(h[:, :: scale**2], scale_factor=scale)": "you repeated pixels",
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
        "F.interpolate(h, scale_factor=scale)[:, :: scale**2]": "you repeated pixels",
        "F.interpolate(h[:, : h.shape[1] // scale**2], scale_factor=scale)": OTHERWISE,
        "F.pixel_shuffle(h.flip(1), scale)": "the channels are in the opposite order",
        "F.pixel_shuffle(h, scale).mean(dim=1, keepdim=True)": "shape is",
        "F.pixel_shuffle(h[:1], scale)": "shape is",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C // scale**2, scale, scale, H, W)
        h.permute(0, 1, 4, 2, 5, 3).reshape(B, C // scale**2, scale * H, scale * W)
        """: "returned None",
        """
        B, C, H, W = h.shape
        s = scale
        h = h.reshape(B, C // s**2, s, s, H, W).permute(0, 1, 5, 2, 4, 3)
        return h.reshape(B, C // s**2, s * H, s * W)
        """: "0, 1, 5, 2, 4, 3",
        """
        B, C, H, W = h.shape
        s = scale
        h = h.reshape(B, C // s**2, s, s, H, W).permute(0, 1, 2, 4, 3, 5)
        return h.reshape(B, C // s**2, s * H, s * W)
        """: "you put whole images side by side as",
        """
        B, C, H, W = h.shape
        s = scale
        h = h.reshape(B, s, s, C // s**2, H, W).permute(0, 3, 4, 1, 5, 2)
        return h.reshape(B, C // s**2, s * H, s * W)
        """: "the first scale² maps all belong to the",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, 1, scale, scale, H, W).permute(0, 1, 4, 2, 5, 3)
        return h.reshape(B, 1, scale * H, scale * W)
        """: "you made one channel",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C // 4, 2, 2, H, W).permute(0, 1, 4, 2, 5, 3)
        return h.reshape(B, C // 4, 2 * H, 2 * W)
        """: "you took 2 in place of",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C // scale**2, scale, scale, H, W).permute(0, 1, 4, 3, 5, 2)
        return h.reshape(B, C // scale**2, scale * H, scale * W)
        """: "you filled each square column by column",
        """
        B, C, H, W = h.shape
        h = h.reshape(B, C // scale**2, H, W, scale, scale).permute(0, 1, 2, 4, 3, 5)
        return h.reshape(B, C // scale**2, scale * H, scale * W)
        """: "you split the channels after H and W",
        """
        B, C, H, W = h.shape
        out = torch.zeros(B, C // scale**2, scale * H, scale * W, dtype=h.dtype)
        for a in range(scale):
            for b in range(scale):
                out[:, :, a::scale, b::scale] = h[:, a + scale * b :: scale**2]
        return out
        """: "you filled each square column by column",
        """
        B, C, H, W = h.shape
        C = C // scale**2
        out = torch.zeros(B, C, scale * H, scale * W, dtype=h.dtype)
        for a in range(scale):
            for b in range(scale):
                out[:, :, a * H : (a + 1) * H, b * W : (b + 1) * W] = h[
                    :, a * scale + b :: scale**2
                ]
        return out
        """: "you put whole images side by side as",
        """
        B, C, H, W = h.shape
        s = scale
        return h.permute(0, 2, 3, 1).reshape(B, C // s**2, s * H, s * W)
        """: "you moved the channels to the end, and",
        """
        B, C, H, W = h.shape
        s = scale
        return (
            h.reshape(B, C // s**2, s, s, H, W)
            .permute(0, 1, 4, 2, 5, 3)
            .reshape(B, C // s**2, s * W, s * H)
        )
        """: "the values are right, and in the right order",
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
        """
        from functools import reduce

        h = head(y.sub(0.5))
        body = reduce(lambda t, b: t + b[1](b[0](t)), blocks, h)
        return torch.add(enlarge(y), shuffle(tail(join(body) + h), scale))
        """,
        """
        first_maps = head(y - 1 / 2)

        def through(maps, left):
            if not left:
                return maps
            (f, s), *rest = left
            return through(maps + s(f(maps)), rest)

        maps = join(through(first_maps, list(blocks)))
        return F.pixel_shuffle(tail(first_maps + maps), scale) + enlarge(y)
        """,
        """
        h = head(y + (-0.5))
        t = h.clone()
        i = 0
        while i < len(blocks):
            t += blocks[i][1](blocks[i][0](t.clone()))
            i += 1
        out = shuffle(tail(sum([h, join(t)])), scale)
        out = out + enlarge(y)
        return out
        """,
        """
        class Block(nn.Module):
            def __init__(self, pair):
                super().__init__()
                self.pair = pair

            def forward(self, t):
                first, second = self.pair
                return second(first(t)) + t

        h = head(y - 0.5)
        body = nn.Sequential(*[Block(p) for p in blocks])
        return shuffle(h=tail(h + join(body(h))), scale=scale).add(enlarge(y))
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
        """
        h = head(y - 0.5)
        deep = h
        for first, second in blocks:
            deep = deep + second(first(deep))
        return tail(shuffle(h + join(deep), scale)) + enlarge(y)
        """: "you shuffled before tail, or without it",
        """
        h = head(y - 0.5)
        for first, second in blocks:
            h = h + second(first(h))
        return shuffle(tail(h + join(h)), scale) + enlarge(y)
        """: "what you add after join is what came",
        """
        h = head(y - 0.5)
        deep = h
        for first, second in blocks:
            deep += second(first(deep))
        return shuffle(tail(h + join(deep)), scale) + enlarge(y)
        """: "what you add after join is what came",
        """
        h = head(y - 0.5)
        deep = h
        for first, second in blocks:
            deep = deep + second(deep + first(deep))
        return shuffle(tail(h + join(deep)), scale) + enlarge(y)
        """: "you gave second its block",
        """
        h = head(y) - 0.5
        deep = h
        for first, second in blocks:
            deep = deep + second(first(deep))
        return shuffle(tail(h + join(deep)), scale) + enlarge(y)
        """: "you subtracted ½ after head",
        """
        h = head(y - 0.5)
        deep = h
        for f, s in blocks:
            deep = s(f(deep))
        return shuffle(tail(h + join(deep)), scale) + enlarge(y)
        """: "you forgot to add what came into each",
        """
        h = head(y - 0.5)
        deep = h
        for f, s in blocks:
            deep = deep + s(f(deep))
        return shuffle(tail(join(deep)), scale) + enlarge(y) + 0.5
        """: OTHERWISE,
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
        """
        with torch.no_grad():
            values = G(y)
        opt_D.zero_grad()
        d = losses.discriminator_loss(D(x), D(values))
        d.backward()
        opt_D.step()
        opt_G.zero_grad()
        painted = G(y)
        g = F.mse_loss(V(painted), V(x)) + adversarial * losses.generator_loss(D(painted))
        g.backward()
        opt_G.step()
        return d.item(), g.item()
        """,
        """
        u = G(y)
        wd, wg = list(D.parameters()), list(G.parameters())
        d = F.softplus(-D(x)).mean() + F.softplus(D(u.detach())).mean()
        for p, g in zip(wd, torch.autograd.grad(d, wd)):
            p.grad = g
        opt_D.step()
        e = torch.mean((V(u) - V(x).detach()) ** 2) + adversarial * F.softplus(-D(u)).mean()
        for p, g in zip(wg, torch.autograd.grad(e, wg)):
            p.grad = g
        opt_G.step()
        return d.detach().item(), e.detach().item()
        """,
        """
        def learn(opt, loss):
            for group in opt.param_groups:
                for p in group["params"]:
                    p.grad = None
            loss.backward()
            opt.step()
            return loss.detach().numpy().item()

        sharp = G(y)
        one = learn(opt_D, losses.discriminator_loss(D(x), D(sharp.data)))
        D.requires_grad_(False)
        r = (V(sharp) - V(x)).flatten()
        two = learn(opt_G, r @ r / r.numel() + losses.generator_loss(D(sharp)) * adversarial)
        D.requires_grad_(True)
        return one, two
        """,
        """
        kept = []

        def for_D():
            opt_D.zero_grad()
            l = losses.discriminator_loss(D(x), D(G(y).detach()))
            l.backward()
            return l

        def for_G():
            opt_G.zero_grad()
            s = G(y)
            l = (V(x) - V(s)).pow(2).mean() + adversarial * losses.generator_loss(D(s))
            l.backward()
            return l

        for opt, closure in ((opt_D, for_D), (opt_G, for_G)):
            kept.append(opt.step(closure).item())
        return tuple(kept)
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
        STEP.replace(
            CONTENT, "F.mse_loss(V(x_hat), V(x)).sqrt()"
        ): "you took the root of the content",
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
        STEP.replace(
            FOOLED, "adversarial * losses.generator_loss(D(x))"
        ): "s term from D judges the photographs",
        TOGETHER: "the D from before its step",
        STEP.replace("loss_D.backward", "(loss_D / 2).backward"): "D's weights .* is half of",
        STEP.replace("loss_D.backward", "(-loss_D).backward"): "D's weights .* wrong sign",
        STEP.replace("return loss_D.item(), loss_G.item()", "return loss_G.item()"): "two losses",
        STEP.replace("return loss_D.item(), loss_G.item()", ""): "returned None",
        STEP.replace(
            "return loss_D.item(), loss_G.item()", "return loss_G.item(), loss_D.item()"
        ): ("exchanged the two losses"),
        STEP.replace("x_hat = G(y)", "x_hat = G(y).detach()"): "G's weights never change",
        """
        x_hat = G(y)
        content = (V(x_hat) - V(x)).square().mean()
        loss_G = content + adversarial * losses.generator_loss(D(x_hat))
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        return loss_D.item(), loss_G.item()
        """: "G is judged by the D from before its",
        """
        x_hat = G(y)
        loss_D = losses.discriminator_loss(D(x_hat.detach()), D(x))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        content = (V(x_hat) - V(x)).square().mean()
        loss_G = content + adversarial * losses.generator_loss(D(x_hat))
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "you exchanged what D should call real",
        """
        x_hat = G(y)
        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        content = (x_hat - x).square().mean()
        loss_G = content + adversarial * losses.generator_loss(D(x_hat))
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "the content compares pixels",
        """
        x_hat = G(y)
        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        with torch.no_grad():
            logits = D(x_hat)
        loss_G = (V(x_hat) - V(x)).square().mean() + adversarial * losses.generator_loss(logits)
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "D judges a detached image in G",
        """
        x_hat = G(y)
        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        opt_D.zero_grad()
        loss_D.backward()
        content = (V(x_hat) - V(x)).square().mean()
        loss_G = content + adversarial * losses.generator_loss(D(x_hat))
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        opt_D.step()
        return loss_D.item(), loss_G.item()
        """: "s loss left a gradient in D",
        """
        x_hat = G(y)
        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        content = (V(x_hat) - V(x)).square().mean()
        loss_G = content - adversarial * losses.discriminator_loss(D(x), D(x_hat))
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "s term from D is minus D",
        """
        x_hat = G(y)

        loss_D = losses.discriminator_loss(D(x), D(x_hat))
        opt_D.zero_grad()
        loss_D.backward(retain_graph=True)
        opt_D.step()
        x_hat = G(y)
        loss_G = (V(x_hat) - V(x)).square().mean() + adversarial * losses.generator_loss(D(x_hat))
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "s gradients are never set to zero",
        """
        x_hat = G(y)

        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        loss_G = (V(x_hat) - V(x)).square().mean() + adversarial * losses.generator_loss(D(x_hat))
        opt_G.zero_grad()
        opt_D.zero_grad()
        loss_D.backward()
        loss_G.backward()
        opt_D.step()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "s loss left a gradient in D",
        """
        x_hat = G(y)

        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        loss_G = (V(x_hat) - V(x)).square().mean() + adversarial * losses.generator_loss(D(x_hat))
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        return loss_D.item(), loss_G.item()
        """: "s loss from after its step",
        """
        x_hat = G(y)

        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        loss_G = (V(x_hat) - V(x)).square().mean() + adversarial * losses.generator_loss(D(x_hat))
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        opt_D.step()
        return loss_D.item(), loss_G.item()
        """: "D makes two steps",
        """
        x_hat = G(y)
        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        loss_G = (V(x_hat) - V(x)).square().mean() + losses.generator_loss(D(x_hat))
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "you forgot the factor",
        """
        x_hat = G(y)
        loss_D = losses.discriminator_loss(D(x), D(x_hat.detach()))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        loss_G = (V(x_hat) - V(x)).square().mean() + adversarial * losses.generator_loss(
            D(G(y).detach())
        )
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "D judges a detached image in G",
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
        """
        def rms(t):
            return torch.linalg.norm(t.flatten()) / t.numel() ** 0.5

        u = x_hat.clone()
        out = torch.zeros(n_iter + 1, dtype=u.dtype)
        out[0] = rms(A(u) - y)
        for k in range(n_iter):
            u += enlarge(y - A(u))
            out[k + 1] = rms(A(u) - y)
        return u, out
        """,
        """
        def go(u, left):
            r = y - A(u)
            m = float(r.pow(2).mean()) ** 0.5
            if left == 0:
                return u, [m]
            last, ms = go(u + enlarge(r), left - 1)
            return last, [m] + ms

        u, ms = go(x_hat, n_iter)
        return u, torch.tensor(ms, dtype=torch.float64)
        """,
        """
        images = [x_hat]
        while len(images) <= n_iter:
            images.append(images[-1] - enlarge(A(images[-1]) - y))
        return images[-1], torch.stack([F.mse_loss(A(i), y).sqrt() for i in images])
        """,
        """
        u, miss = 1 * x_hat, y - A(x_hat)
        misfits = [np.sqrt(np.mean(miss.numpy() ** 2))]
        for _ in range(n_iter):
            u = u.add(enlarge(miss))
            miss = y - A(u)
            misfits.append(np.sqrt(np.mean(miss.numpy() ** 2)))
        return u, torch.from_numpy(np.array(misfits))
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
        PROJECT.replace(
            "u + enlarge(missing)", "u + 0.5 * enlarge(missing)"
        ): "you added half of what is missing",
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
        """
        u, misfits = x_hat, []
        for _ in range(n_iter + 1):
            missing = y - A(u)
            misfits.append(missing.square().mean().sqrt())
            u = u + enlarge(missing)
        return u, torch.stack(misfits)
        """: "you made one correction more than asked",
        """
        u, misfits = x_hat, []
        for _ in range(n_iter):
            misfits.append((y - A(u)).square().mean().sqrt())
            u = u + enlarge(y) - u
        misfits.append((y - A(u)).square().mean().sqrt())
        return u, torch.stack(misfits)
        """: "you replaced u by enlarge",
        """
        u, misfits = x_hat, []
        for _ in range(n_iter):
            misfits.append((y - A(u)).norm())
            u = u + enlarge(y - A(u))
        misfits.append((y - A(u)).norm())
        return u, torch.stack(misfits)
        """: "you summed over the pixels for the",
        """
        misfits = [(y - A(x_hat)).square().mean().sqrt()]
        for _ in range(n_iter):
            x_hat += enlarge(y - A(x_hat))
            misfits.append((y - A(x_hat)).square().mean().sqrt())
        return x_hat, torch.stack(misfits)
        """: "changed its argument x_hat",
        """
        u, m = x_hat, []
        for _ in range(n_iter):
            u = u + enlarge(y - A(u))
            m.append((y - A(u)).square().mean().sqrt())
        return u, torch.stack(m) if m else torch.zeros(0)
        """: OTHERWISE,
        """
        u, m = x_hat, []
        for _ in range(n_iter):
            r = y - A(u)
            m.append(r.square().mean().sqrt())
            u = u + enlarge(r)
        m.append(r.square().mean().sqrt() if n_iter else (y - A(u)).square().mean().sqrt())
        return u, torch.stack(m)
        """: "your last misfit is the one before",
        """
        u, m = x_hat, [(x_hat - enlarge(y)).square().mean().sqrt()]
        for _ in range(n_iter):
            u = u + enlarge(y - A(u))
            m.append((u - enlarge(y)).square().mean().sqrt())
        return u, torch.stack(m)
        """: "you compared the large images",
        """
        u, m = x_hat, []
        for _ in range(n_iter):
            r = A(u) - y
            m.append(r.square().mean().sqrt())
            u = u + enlarge(r)
        m.append((y - A(u)).square().mean().sqrt())
        return u, torch.stack(m)
        """: "you subtracted what is missing",
        """
        u, m = x_hat.clamp(0, 1), []
        for _ in range(n_iter):
            r = y - A(u)
            m.append(r.square().mean().sqrt())
            u = u + enlarge(r)
        m.append((y - A(u)).square().mean().sqrt())
        return u, torch.stack(m)
        """: "you cut the values of x_hat off at 0",
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
        """
        out = {}
        for (k, a), (_, b) in zip(sorted(one.items()), sorted(other.items())):
            out[k] = (1 - alpha) * a + alpha * b
        return {k: out[k] for k in one}
        """,
        "dict(zip(one, (one[k].lerp(other[k], alpha) for k in one)))",
        """
        new = {k: v.clone() for k, v in one.items()}
        for k, v in new.items():
            v.mul_(1 - alpha).add_(other[k], alpha=alpha)
        return new
        """,
        """
        import copy

        mixed = copy.deepcopy(other)
        mixed.update(
            {name: torch.sub(w, w - one[name], alpha=1 - alpha) for name, w in other.items()}
        )
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
        "{k: one[k] + alpha**2 * (other[k] - one[k]) for k in one}": "you squared alpha",
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
        "{k: v for k, v in (one if alpha < 0.5 else other).items()}": (
            "you chose the nearer of the two"
        ),
        "{k: torch.lerp(one[k], other[k], min(alpha, 1.0)) for k in one}": "limited alpha",
        "{k: (1 - alpha) * one[k].mean() + alpha * other[k].mean() for k in one}": "head.weight",
        "print({k: (1 - alpha) * one[k] + alpha * other[k] for k in one})": "returned None",
        "{k: (1 - alpha) * one[k] + alpha * other[k] + 1 for k in one}": "too large by 1",
        "{k: one[k] ** (1 - alpha) * other[k] ** alpha for k in one}": OTHERWISE,
        "{k: round(1 - alpha) * one[k] + round(alpha) * other[k] for k in one}": OTHERWISE,
        """
        return {key: one[key] + min(max(alpha, 0), 1) * (other[key] - one[key]) for key in one}
        """: "you limited alpha to",
        """
        for key in one:
            one[key] = one[key] + alpha * (other[key] - one[key])
        return one
        """: "changed its argument one",
        "[one[key] + alpha * (other[key] - one[key]) for key in one]": "expected a dict of tensors",
        """
        return {key: one[key] ** (1 - alpha) * other[key] ** alpha for key in one}
        """: OTHERWISE,
        "{k: one[k] * alpha + (1 + alpha) * other[k] for k in one}": "alpha of the other",
        "{k: (one[k] + alpha * other[k]) / (1 + alpha) for k in one}": "you divided by 1",
        "{k: (1 - alpha) * one[k] + other[k] for k in one}": "you took all of the other",
        "{k: torch.lerp(one[k], other[k], alpha**2) for k in one}": "you squared alpha",
    },
)

ANSWERS = (TWIN, SHUFFLED, FORWARDS, STEPS, PROJECTIONS, BLENDS)
