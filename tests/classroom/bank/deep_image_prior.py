"""Answers to the exercises of notebook 07."""

from classroom.bank import OTHERWISE, Answers

FIT = """
net = copy.deepcopy(net)
optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
losses = []
for k in range(n_iter):
    x = net(z)
    loss = ((A(x) - y) ** 2).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
return x, torch.tensor(losses)
"""
SEEN = """
net = copy.deepcopy(net)
optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
hidden, least = [], float("inf")
for k in range(1, n_iter + 1):
    x = net(z)
    square = (x - y) ** 2
    error = square[..., ~seen].mean().item()
    if error < least:
        least, best, step = error, x.detach(), k
    hidden.append(error)
    loss = square[..., seen].mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
return best, step, torch.tensor(hidden)
"""
UP = """
ways = []
for d, s in zip(down, skip):
    ways.append(s(x))
    x = d(x)
for way, m in zip(reversed(ways), reversed(mix)):
    x = F.interpolate(x, size=way.shape[-2:], mode="bilinear", align_corners=False)
    x = m(torch.cat((way, x), dim=1))
return x
"""


def changed(text, *pairs):
    """Replace parts of an answer, each of which must be there."""
    for old, new in zip(pairs[::2], pairs[1::2]):
        assert old in text, old
        text = text.replace(old, new)
    return text


ANSWERS = (
    Answers(
        exercise="hourglass",
        head="def hourglass(x, down, skip, mix):",
        right=[
            """
            if len(down) == 0:
                return x
            s = skip[0](x)
            d = hourglass(down[0](x), down[1:], skip[1:], mix[1:])
            return mix[0](
                torch.cat(
                    (
                        s,
                        F.interpolate(
                            d, size=s.shape[2:], mode="bilinear", align_corners=False
                        ),
                    ),
                    1,
                )
            )
            """,
            """
            def at(i, h):
                if i == len(down):
                    return h
                s, d = skip[i](h), at(i + 1, down[i](h))
                return mix[i](
                    torch.hstack(
                        [s, F.interpolate(d, size=s.shape[-2:], mode="bilinear")]
                    )
                )

            return at(0, x)
            """,
            UP,
            """
            if not down:
                return x
            way = skip[0](x)
            deep = hourglass(down[0](x), down[1:], skip[1:], mix[1:])
            up = torch.nn.Upsample(size=way.shape[2:], mode="bilinear")(deep)
            return mix[0](torch.cat([way, up], 1))
            """,
            """
            n = len(down)
            held = [x]
            for i in range(n):
                held.append(down[i](held[i]))
            y = held[n]
            for i in range(n - 1, -1, -1):
                size = held[i].shape[-2:]
                y = F.interpolate(y, size, mode="bilinear")
                y = mix[i](torch.cat((skip[i](held[i]), y), 1))
            return y
            """,
            """
            def scale(x, i):
                if i == len(down):
                    return x
                way, deep = skip[i](x), scale(down[i](x), i + 1)
                H, W = x.size(2), x.size(3)
                deep = nn.functional.interpolate(deep, (H, W), None, "bilinear", False)
                return mix[i](torch.hstack((way, deep)))
            return scale(x, 0)
            """,
            """
            stack = []
            for i, layer in enumerate(down):
                stack += [skip[i](x)]
                x = layer(x)
            while stack:
                way = stack.pop()
                up = F.interpolate(x, size=tuple(way.shape[-2:]), mode="bilinear")
                both = way.new_empty(len(way), way.shape[1] + up.shape[1], *way.shape[-2:])
                both[:, : way.shape[1]], both[:, way.shape[1] :] = way, up
                x = mix[len(stack)](both)
            return x
            """,
            """
            ways, xs = [], x
            n = len(skip)
            for i in range(n):
                ways.append(skip[i](xs))
                xs = down[i](xs)
            while ways:
                way = ways.pop()
                h, w = way.shape[2:]
                xs = torch.nn.Upsample(size=(h, w), mode="bilinear", align_corners=False)(xs)
                xs = mix[len(ways)](torch.cat([way, xs], 1))
            return xs
            """,
            """
            class Level:
                def __init__(self, i):
                    self.i = i

                def __call__(self, t):
                    if self.i == len(down):
                        return t
                    s = skip[self.i](t)
                    d = Level(self.i + 1)(down[self.i](t))
                    d = F.interpolate(d, s.shape[2:], None, "bilinear", False)
                    out = s.new_empty(s.shape[0], s.shape[1] + d.shape[1], *s.shape[2:])
                    out[:, : s.shape[1]] = s
                    out[:, s.shape[1] :] = d
                    return mix[self.i](out)

            return Level(0)(x)
            """,
            """
            from functools import reduce

            feats = [x]
            for d in down:
                feats.append(d(feats[-1]))

            def climb(deep, level):
                f, s, m = level
                a = s(f)
                return m(torch.concat((a, F.interpolate(deep, a.shape[-2:], mode="bilinear")), 1))

            return reduce(climb, list(zip(feats, skip, mix))[::-1], feats[-1])
            """,
            """
            def up(t, like):
                def matrix(n, m):
                    p = ((torch.arange(m, dtype=torch.float64) + 0.5) * n / m - 0.5).clamp(min=0)
                    i = p.floor().long().clamp(max=n - 1)
                    j = (i + 1).clamp(max=n - 1)
                    f = p - i
                    M = torch.zeros(m, n, dtype=torch.float64)
                    M[torch.arange(m), i] += 1 - f
                    M[torch.arange(m), j] += f
                    return M.to(t)

                R, C = matrix(t.shape[2], like.shape[2]), matrix(t.shape[3], like.shape[3])
                return torch.einsum("ri,bcij,sj->bcrs", R, t, C)

            def go(i, t):
                if i >= len(mix):
                    return t
                a = skip[i](t)
                return mix[i](torch.hstack((a, up(go(i + 1, down[i](t)), a))))

            return go(0, x)
            """,
        ],
        wrong={
            """
            skips = []
            for d, s in zip(down, skip):
                skips.append(x)
                x = d(x)
            for s, m in zip(reversed(skips), reversed(list(mix))):
                x = m(
                    torch.cat(
                        [
                            s,
                            F.interpolate(
                                x, s.shape[-2:], mode="bilinear", align_corners=False
                            ),
                        ],
                        dim=1,
                    )
                )
            return x
            """: "RuntimeError",
            """
            skips = []
            for d, s in zip(down, skip):
                skips.append(s(x))
                x = d(x)
            for s, m in list(zip(skips, mix))[:0:-1]:
                x = m(
                    torch.cat(
                        [
                            s,
                            F.interpolate(
                                x, s.shape[-2:], mode="bilinear", align_corners=False
                            ),
                        ],
                        dim=1,
                    )
                )
            return x
            """: "its shape is",
            """
            skips = []
            for d, s in zip(down, skip):
                skips.append(s(x))
                x = d(x)
            x = mix[-1](
                torch.cat(
                    [
                        skips[-1],
                        F.interpolate(
                            x, skips[-1].shape[-2:], mode="bilinear", align_corners=False
                        ),
                    ],
                    dim=1,
                )
            )
            return x
            """: "its shape is",
            changed(UP, "(way, x), dim", "(x, way), dim"): "deep scale first",
            changed(UP, ', mode="bilinear", align_corners=False', ""): "repeating pixels",
            changed(UP, "align_corners=False", "align_corners=True"): "align_corners=True",
            changed(UP, "(way, x), dim", "(0 * way, x), dim"): "nothing through the skips",
            changed(UP, "size=way.shape[-2:]", "scale_factor=2"): "raised RuntimeError",
            changed(UP, "torch.cat((way, x), dim=1)", "way + x"): "raised RuntimeError",
            changed(UP, ", dim=1", ", dim=0"): "raised RuntimeError",
            changed(UP, "reversed(mix)", "mix"): "raised RuntimeError",
            changed(UP, "reversed(ways)", "ways"): "raised RuntimeError",
            changed(
                UP, "ways.append(s(x))\n    x = d(x)", "x = d(x)\n    ways.append(s(x))"
            ): "raised RuntimeError",
            changed(UP, "return x", "print(x.shape)"): "returned None",
            changed(UP, "return x", "return ways"): "is a list",
            changed(UP, "x = m(torch", "x = (torch"): "its shape is",
            changed(UP, '"bilinear"', '"bicubic"'): "bicubically",
            changed(UP, "x = m(torch", "x = torch.relu(m(torch", "dim=1)", "dim=1))"): OTHERWISE,
            changed(UP, "return x", "return torch.sigmoid(x)"): "applied a sigmoid",
            """
            kept = []
            for d, s in zip(down, skip):
                kept.append(s(x))
                x = d(x)
            for m, way in zip(mix, reversed(kept)):
                x = F.interpolate(x, size=way.shape[-2:], mode="bilinear", align_corners=False)
                x = m(torch.cat((way, x), dim=1))
            return x
            """: "on the way up, you used mix from the",
            """
            kept = []
            for d, s in zip(down, skip):
                x = d(x)
                kept.append(s(x))
            for m, way in zip(reversed(mix), reversed(kept)):
                x = F.interpolate(x, size=way.shape[-2:], mode="bilinear", align_corners=False)
                x = m(torch.cat((way, x), dim=1))
            return x
            """: "you gave the skip what comes out of down",
            """
            if len(down) == 0:
                return x
            way = skip[0](x)
            deep = hourglass(down[0](x), down[1:], skip[1:], mix[1:])
            deep = F.interpolate(deep, scale_factor=2, mode="bilinear", align_corners=False)
            deep = deep[..., : way.shape[-2], : way.shape[-1]]
            return mix[0](torch.cat((way, deep), dim=1))
            """: "you doubled the size and cut it",
            """
            if len(down) == 0:
                return x
            way = skip[0](x)
            deep = hourglass(down[0](x), down[1:], skip[1:], mix[1:])
            deep = F.interpolate(deep, size=x.shape[-1], mode="bilinear", align_corners=False)
            return mix[0](torch.cat((way, deep), dim=1))
            """: "you gave one size for rows and columns",
            """
            if len(down) == 1:
                return x
            way = skip[0](x)
            deep = hourglass(down[0](x), down[1:], skip[1:], mix[1:])
            deep = F.interpolate(deep, size=way.shape[-2:], mode="bilinear", align_corners=False)
            return mix[0](torch.cat((way, deep), dim=1))
            """: "you stopped one scale too early",
            """
            kept = []
            for d, s in zip(down, skip):
                kept.append(s(x))
                x = d(x)
            for m, way in zip(mix[::-1], kept[::-1]):
                x = F.interpolate(x, size=way.shape[-2:], mode="bilinear", align_corners=False)
                x = torch.cat((way, x), dim=1)
            return mix[0](x)
            """: "you called mix once, at the end",
            """
            kept = []
            for d, s in zip(down, skip):
                kept.append(s(x))
                x = d(x)

            for i in range(len(mix)):
                way = kept[i]
                x = F.interpolate(x, size=way.shape[-2:], mode="bilinear", align_corners=False)
                x = mix[i](torch.cat((way, x), dim=1))
            return x
            """: "on the way up, you used skips and mix",
            """
            kept = []
            for d, s in zip(down, skip):
                kept.append(s(x))
                x = d(x)

            for m, way in zip(mix[::-1], kept[::-1]):
                x = m(torch.cat((way, x), dim=1))
                x = F.interpolate(x, size=way.shape[-2:], mode="bilinear", align_corners=False)
            return x
            """: "you did not enlarge before you joined",
            """
            kept = []
            for d, s in zip(down, skip):
                kept.append(s(x))
                x = d(x)

            for m, way in zip(mix[::-1], kept[::-1]):
                x = F.interpolate(x, size=way.shape[-2:], mode="bilinear", align_corners=False)
                x = torch.cat((way, m(x)), dim=1)
            return x
            """: "you gave mix the deeper maps alone",
            """
            kept = []
            for d, s in zip(down, skip):
                x = s(x)
                kept.append(x)
                x = d(x)
            for m, way in zip(mix[::-1], kept[::-1]):
                x = F.interpolate(x, size=way.shape[-2:], mode="bilinear", align_corners=False)
                x = m(torch.cat((way, x), dim=1))
            return x
            """: "you gave down what comes out of the skip",
            """
            kept = []
            for d, s in zip(down, skip):
                x = d(x)
                kept.append(s(x))
            for m, way in zip(reversed(mix), reversed(kept)):
                x = m(
                    torch.cat((way, F.interpolate(x, size=way.shape[-2:], mode="bilinear")), dim=1)
                )
            return x
            """: "you gave the skip what comes out of down",
            """
            kept = []
            for d, s in zip(down, skip):
                kept.append(s(x))
                x = d(x)
            for m, way in zip(reversed(mix), reversed(kept)):
                x = F.interpolate(x, size=kept[0].shape[-2:], mode="bilinear")
                x = m(torch.cat((way, x), dim=1))
            return x
            """: "you enlarged to the size of the first",
        },
    ),
    Answers(
        exercise="fit_network",
        head="def fit(A, y, net, z, n_iter):",
        before="import copy",
        right=[
            """
            c = copy.deepcopy(net)
            c.train()
            o = torch.optim.Adam(c.parameters(), lr=0.01)
            keep = {}
            L = []

            def closure():
                o.zero_grad()
                keep["x"] = c(z)
                l = (A(keep["x"]) - y).pow(2).mean()
                l.backward()
                return l

            for _ in range(n_iter):
                L.append(o.step(closure).detach())
            return keep["x"].detach(), torch.stack(L)
            """,
            """
            c = copy.deepcopy(net)
            ps = list(c.parameters())
            o = torch.optim.Adam(ps, lr=0.01)
            L = []
            for _ in range(n_iter):
                x = c(z)
                l = (A(x) - y).square().mean()
                for p, g in zip(ps, torch.autograd.grad(l, ps)):
                    p.grad = g
                o.step()
                L.append(l.detach())
            return x.detach(), torch.stack(L)
            """,
            FIT,
            """
            G = copy.deepcopy(net)
            opt = torch.optim.Adam(G.parameters(), 1e-2)
            losses = torch.zeros(n_iter)
            for k in range(n_iter):
                G.zero_grad()
                x = G(z)
                loss = F.mse_loss(A(x), y)
                loss.backward()
                opt.step()
                losses[k] = loss.detach()
            return [x.detach(), losses]
            """,
            """
            mine = copy.deepcopy(net).train()
            opt = torch.optim.Adam(params=list(mine.parameters()), lr=0.01, betas=(0.9, 0.999))
            losses, k = [], 0
            while k < n_iter:
                out = mine(z)
                r = A(out) - y
                loss = torch.sum(r * r) / r.numel()
                loss.backward()
                losses.append(loss)
                opt.step()
                opt.zero_grad()
                k += 1
            return out, torch.stack(losses).detach()
            """,
            """
            net = copy.deepcopy(net)
            weights = list(net.parameters())
            opt = torch.optim.Adam(weights, lr=0.01)
            losses = []
            for _ in range(n_iter):
                x = net(z)
                loss = (y - A(x)).pow(2).mean()
                for p, d in zip(weights, torch.autograd.grad(loss, weights)):
                    p.grad = d
                opt.step()
                losses += [float(loss.detach())]
            return x.clone(), torch.as_tensor(losses, dtype=torch.float64)
            """,
            """
            net = copy.deepcopy(net)
            ps = list(net.parameters())
            m, s = [0 * p for p in ps], [0 * p for p in ps]
            losses = []
            for k in range(1, n_iter + 1):
                x = net(z)
                loss = (A(x) - y).square().mean()
                gs = torch.autograd.grad(loss, ps)
                with torch.no_grad():
                    for i, (p, g) in enumerate(zip(ps, gs)):
                        m[i] = 0.9 * m[i] + 0.1 * g
                        s[i] = 0.999 * s[i] + 0.001 * g * g
                        root = (s[i] / (1 - 0.999**k)).sqrt() + 1e-8
                        p -= 0.01 * m[i] / (1 - 0.9**k) / root
                losses.append(loss.item())
            return x.detach(), torch.tensor(losses)
            """,
            """
            model = copy.deepcopy(net)
            history = np.zeros(n_iter)
            opt = torch.optim.Adam(model.parameters(), 1e-2)
            k = 0
            while k < n_iter:
                opt.zero_grad(set_to_none=False)
                out = model(z)
                r = A(out) - y
                value = (r.flatten() @ r.flatten()) / r.numel()
                value.backward()
                history[k] = value.item()
                image = out.detach().clone()
                opt.step()
                k += 1
            return image, torch.from_numpy(history)
            """,
            """
            import copy as cp
            from torch.func import functional_call

            w = {k: v.detach().clone().requires_grad_(True) for k, v in net.named_parameters()}
            b = {k: v.detach().clone() for k, v in net.named_buffers()}
            opt = torch.optim.Adam(list(w.values()), lr=0.01)
            ls = []
            for i in range(n_iter):
                x = functional_call(net, {**w, **b}, (z,))
                l = F.mse_loss(A(x), y)
                gs = torch.autograd.grad(l, list(w.values()))
                for p, g in zip(w.values(), gs):
                    p.grad = g
                opt.step()
                ls += [l.item()]
            return x.detach(), torch.tensor(ls)
            """,
            """
            copied = copy.deepcopy(net)
            adam = torch.optim.Adam(copied.parameters(), lr=0.01)
            seen = {}

            def closure():
                adam.zero_grad()
                seen["x"] = copied(z)
                loss = torch.mean(torch.pow(A(seen["x"]) - y, 2))
                loss.backward()
                return loss

            losses = torch.stack([adam.step(closure).detach() for _ in range(n_iter)])
            return seen["x"].detach(), losses
            """,
            """
            copied = copy.deepcopy(net)
            params = [p for p in copied.parameters()]
            m = [torch.zeros_like(p) for p in params]
            s = [torch.zeros_like(p) for p in params]
            out = []
            for t in range(1, n_iter + 1):
                x = copied(z)
                loss = ((A(x) - y) ** 2).mean()
                g = torch.autograd.grad(loss, params)
                out.append(loss.detach())
                with torch.no_grad():
                    for p, a, b, d in zip(params, m, s, g):
                        a.mul_(0.9).add_(d, alpha=0.1)
                        b.mul_(0.999).add_(d * d, alpha=0.001)
                        p -= 0.01 * (a / (1 - 0.9**t)) / ((b / (1 - 0.999**t)).sqrt() + 1e-8)
            return x.detach(), torch.stack(out)
            """,
        ],
        wrong={
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=1e-2)
            L = []
            best, bl = None, 1e9
            for k in range(n_iter):
                x = net(z)
                l = F.mse_loss(A(x), y)
                opt.zero_grad()
                l.backward()
                opt.step()
                L.append(l.item())
                if l < bl:
                    best, bl = x.detach(), l.item()
            return best, torch.tensor(L)
            """: "least loss",
            """
            n2 = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=1e-2)
            L = []
            for k in range(n_iter):
                x = n2(z)
                l = F.mse_loss(A(x), y)
                opt.zero_grad()
                l.backward()
                opt.step()
                L.append(l.item())
            return x.detach(), torch.tensor(L)
            """: "weights never change",
            """
            net = copy.copy(net)
            opt = torch.optim.Adam(net.parameters(), lr=1e-2)
            L = []
            for k in range(n_iter):
                x = net(z)
                l = F.mse_loss(A(x), y)
                opt.zero_grad()
                l.backward()
                opt.step()
                L.append(l.item())
            return x.detach(), torch.tensor(L)
            """: "deepcopy",
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=1e-2)
            L = []
            for k in range(n_iter):
                x = net(z)
                l = F.mse_loss(A(x), y)
                opt.zero_grad()
                l.backward()
                opt.step()
                L.append(l.item())
            return net, torch.tensor(L)
            """: "a Sequential",
            changed(FIT, "    optimiser.zero_grad()\n", ""): "add up",
            changed(FIT, "    optimiser.step()\n", ""): "never change",
            changed(FIT, "    loss.backward()\n", ""): "never change",
            changed(
                FIT,
                "    optimiser.zero_grad()\n    loss.backward()\n",
                "    loss.backward()\n    optimiser.zero_grad()\n",
            ): "never change",
            changed(FIT, "A(x)", "x"): "apply A first",
            changed(FIT, "return x", "return net(z)"): "once more",
            changed(
                FIT,
                "    x = net",
                "    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)\n    x = net",
            ): "new optimiser in each step",
            changed(FIT, "optim.Adam", "optim.SGD"): "plain gradient descent",
            changed(FIT, ", lr=0.01", ""): "another learning rate",
            changed(FIT, "** 2).mean", "** 1).abs().mean"): "absolute value",
            changed(FIT, "net = copy.deepcopy(net)", "pass"): "changed its argument net",
            changed(FIT, "return x, torch.tensor(losses)", "return x"): "expected 2 values",
            changed(FIT, "torch.tensor(losses)", "losses"): "list of numbers: make a tensor",
            changed(FIT, "torch.tensor(losses)", "torch.tensor(loss.item())"): "shape of value 2",
            changed(FIT, "x, torch.tensor(losses)", "torch.tensor(losses), x"): "wrong order",
            changed(FIT, "range(n_iter)", "range(n_iter + 1)"): "shape of value 2",
            changed(FIT, "range(n_iter)", "range(1, n_iter)"): "shape of value 2",
            changed(FIT, ".mean()", ".sum()"): "you took the sum of the squares",
            changed(FIT, ".mean()", ".mean() / 2"): "half of the right one",
            changed(FIT, ".mean()", ".mean().sqrt()"): "root of the mean square",
            changed(FIT, "(A(x) - y)", "(A(x.detach()) - y)"): "raised RuntimeError",
            changed(FIT, "net(z)", "net(torch.rand_like(z))"): "random numbers",
            changed(FIT, "net.parameters()", "[z.clone().requires_grad_()]"): "never change",
            changed(FIT, "return x, torch.tensor(losses)", "x, losses"): "returned None",
            """
            net = copy.deepcopy(net)
            losses = []
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
            for _ in range(n_iter):
                x = net(z)
                loss = (A(x) - y).square().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                losses.append((A(net(z)) - y).square().mean().item())
            return x.detach(), torch.tensor(losses)
            """: "you computed each loss after its step",
            """
            net = copy.deepcopy(net)
            losses = []
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
            for _ in range(n_iter):
                optimiser.zero_grad()
                x = net(z)
                loss = (x - y).square().mean()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
            return x.detach(), torch.tensor(losses)
            """: "you compared the image itself with y",
            """
            net = copy.deepcopy(net)
            losses = []
            for _ in range(n_iter):
                optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
                optimiser.zero_grad()
                x = net(z)
                loss = (A(x) - y).square().mean()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
            return x.detach(), torch.tensor(losses)
            """: "you made a new optimiser in each step",
            """
            losses = []
            model = copy.copy(net)
            optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
            for _ in range(n_iter):
                optimiser.zero_grad()
                x = model(z)
                loss = (A(x) - y).square().mean()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
            return x.detach(), torch.tensor(losses)
            """: "changed its argument net",
            """
            net, losses = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
            for _ in range(n_iter):
                x = net(z)
                loss = ((A(x) - y).square().mean()).sqrt()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
            return x.detach(), torch.tensor(losses)
            """: "you took the root of the mean square",
            """
            model, losses = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
            for _ in range(n_iter):
                x = net(z)
                loss = (A(x) - y).square().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
            return x.detach(), torch.tensor(losses)
            """: "the weights never change",
            """
            net, losses = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)

            for _ in range(n_iter):
                x = net(z)
                loss = (A(x) - y).square().mean()
                loss.backward()
                optimiser.zero_grad()
                optimiser.step()
                losses.append(loss.item())
            return x.detach(), torch.tensor(losses)
            """: "the weights never change",
            """
            net, losses = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)

            x = net(z)
            for _ in range(n_iter):
                loss = (A(x) - y).square().mean()
                optimiser.zero_grad()
                loss.backward(retain_graph=True)
                optimiser.step()
                losses.append(loss.item())
            return x.detach(), torch.tensor(losses)
            """: OTHERWISE,
            """
            net, losses = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)

            for _ in range(n_iter):
                x = net(z)
                loss = (A(x) - y).square().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
            return x.detach(), losses[-1]
            """: "it is the last one alone",
            """
            net, losses = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)

            for _ in range(n_iter + 1):
                x = net(z)
                loss = (A(x) - y).square().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
            return x.detach(), torch.tensor(losses)
            """: OTHERWISE,
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=0.01)
            out = []
            for _ in range(n_iter):
                x = net(z)
                loss = (A(x) - y).square().mean()
                opt.zero_grad()
                loss.backward()
                opt.step()
                out.append(loss.item())
            return A(x).detach(), torch.tensor(out)
            """: "you returned what A measures",
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=0.1)
            out = []
            for _ in range(n_iter):
                x = net(z)
                loss = (A(x) - y).square().mean()
                opt.zero_grad()
                loss.backward()
                opt.step()
                out.append(loss.item())
            return x.detach(), torch.tensor(out)
            """: "your learning rate is 0",
        },
    ),
    Answers(
        exercise="running_averages",
        head="def averaged(outputs, a):",
        right=[
            """
            import itertools

            acc = itertools.accumulate(outputs, lambda s, x: a * s + x)
            w = itertools.accumulate([1.0] * len(outputs), lambda s, x: a * s + x)
            return torch.stack([s / v for s, v in zip(acc, w)])
            """,
            """
            xb = outputs[0].clone()
            res = [xb]
            S = 1.0
            for x in outputs[1:]:
                S = 1 + a * S
                xb = xb + (x - xb) / S
                res.append(xb)
            return torch.stack(res)
            """,
            """
            total, weight, found = 0, 0, []
            for x in outputs:
                total, weight = a * total + x, a * weight + 1
                found.append(total / weight)
            return torch.stack(found)
            """,
            """
            found = outputs.clone()
            for k in range(1, len(outputs)):
                old = (1 - a**k) / (1 - a ** (k + 1)) * a
                found[k] = old * found[k - 1] + (1 - old) * outputs[k]
            return found
            """,
            """
            n = len(outputs)
            i = torch.arange(n)
            W = torch.where(i <= i[:, None], float(a) ** (i[:, None] - i).abs(), 0.0).to(outputs)
            return torch.einsum("ki,i...->k...", W / W.sum(1, keepdim=True), outputs)
            """,
            """
            m, found = torch.zeros_like(outputs[0]), torch.empty_like(outputs)
            for k, x in enumerate(outputs):
                m = a * m + (1 - a) * x
                found[k] = m / (1 - a ** (k + 1))
            return found
            """,
            """
            powers = a ** -torch.arange(len(outputs), dtype=outputs.dtype)
            shape = (-1,) + (1,) * (outputs.ndim - 1)
            return (outputs * powers.view(shape)).cumsum(0) / powers.cumsum(0).view(shape)
            """,
            """
            found = []
            for k in range(len(outputs)):
                num = sum(a ** (k - i) * outputs[i] for i in range(k + 1))
                found.append((num / sum(a ** (k - i) for i in range(k + 1)))[None])
            return torch.cat(found)
            """,
            """
            result = torch.empty_like(outputs)
            top, bottom = torch.zeros_like(outputs[0]), 0.0
            for k in range(outputs.size(0)):
                top = top * a + outputs[k]
                bottom = bottom * a + 1
                result[k] = top / bottom
            return result
            """,
            """
            def walk(k, mean, weight):
                if k == len(outputs):
                    return []
                total = a * weight + 1
                new = mean + (outputs[k] - mean) / total
                return [new] + walk(k + 1, new, total)

            return torch.stack(walk(0, torch.zeros_like(outputs[0]), 0))
            """,
            """
            x = outputs.detach().cpu().numpy()
            m = np.zeros_like(x[0])
            rows = []
            for k, xk in enumerate(x, 1):
                m = a * m + (1 - a) * xk
                rows.append(m / (1 - a**k))
            return torch.as_tensor(np.stack(rows)).to(outputs)
            """,
            """
            def gen():
                num = 0 * outputs[0]
                den = 0
                for x in outputs:
                    num, den = num.mul(a).add(x), den * a + 1
                    yield num.div(den)

            return torch.cat([v[None] for v in gen()], 0)
            """,
        ],
        wrong={
            """
            num, den, out = 0, 0, []
            for x in outputs:
                num, den = a * num + x, den + 1
                out.append(num / den)
            return torch.stack(out)
            """: "number of outputs",
            """
            num, den, out = outputs[0], 1, []
            for x in outputs:
                num, den = a * num + x, a * den + 1
                out.append(num / den)
            return torch.stack(out)
            """: "first output twice",
            """
            num, den, out = torch.zeros_like(outputs[0]), 0, []
            for x in outputs:
                num *= a
                num += x
                den = a * den + 1
                out.append(num)
            return torch.stack(out) / den
            """: OTHERWISE,
            """
            num, den, out = 0, 0, []
            for x in outputs:
                num, den = a * (num + x), a * den + 1
                out.append(num / den)
            return torch.stack(out)
            """: "factor a",
            """
            m, found = torch.zeros_like(outputs[0]), []
            for x in outputs:
                m = a * m + (1 - a) * x
                found.append(m)
            return torch.stack(found)
            """: "started from zero",
            """
            found = [outputs[0]]
            for x in outputs[1:]:
                found.append(a * found[-1] + (1 - a) * x)
            return torch.stack(found)
            """: "started from the first output",
            """
            found = [outputs[0]]
            for x in outputs[1:]:
                found.append((1 - a) * found[-1] + a * x)
            return torch.stack(found)
            """: "exchanged a",
            """
            counts = torch.arange(1, len(outputs) + 1).view(-1, 1, 1, 1)
            return outputs.cumsum(0) / counts
            """: "the same weight",
            """
            total, weight, found = 0, 0, []
            for k, x in enumerate(outputs):
                total, weight = total + a**k * x, weight + a**k
                found.append(total / weight)
            return torch.stack(found)
            """: "largest weight to the oldest",
            """
            m, found = 0, []
            for k, x in enumerate(outputs, 1):
                m = a * m + (1 - a) * x
                found.append(m / (1 - a) ** k)
            return torch.stack(found)
            """: "divided by",
            """
            total, weight = 0, 0
            for x in outputs:
                total, weight = a * total + x, a * weight + 1
            return total / weight
            """: "its shape is",
            """
            total, weight, found = 0, 0, []
            for x in outputs:
                total, weight = a * total + x, a * weight + 1
                found.append(total / weight)
            return found
            """: "is a list",
            """
            total, found = 0, []
            for x in outputs:
                total = a * total + x
                found.append(total)
            return torch.stack(found)
            """: "as if you did not divide by the sum",
            """
            for k in range(1, len(outputs)):
                outputs[k] = outputs[k - 1] + (1 - a) / (1 - a ** (k + 1)) * (
                    outputs[k] - outputs[k - 1]
                )
            return outputs
            """: "changed its argument outputs",
            """
            found = [outputs[0]]
            for k, x in enumerate(outputs[1:], start=1):
                found.append(torch.lerp(found[-1], x, (1 - a) / (1 - a**k)))
            return torch.stack(found)
            """: "one too small",
            """
            found = [outputs[0]]
            for k, x in enumerate(outputs[1:], start=2):
                found.append(found[-1] + (1 - a) / (1 - a**k) * (found[-1] - x))
            return torch.stack(found)
            """: OTHERWISE,
            """
            total, weight, found = 0, 0, []
            for x in outputs:
                found.append(total / max(weight, 1))
                total, weight = a * total + x, a * weight + 1
            return torch.stack([torch.zeros_like(outputs[0]), *found[1:]])
            """: OTHERWISE,
            """
            total, weight, found = 0, 0, []
            for x in outputs:
                total, weight = a * total + x, a * weight + 1
                found.append((total / weight).mean())
            return torch.stack(found)
            """: "its shape is",
            "outputs.mean(dim=0)": "its shape is",
            """
            found = [outputs[0]]
            for k in range(1, len(outputs)):
                found.append(a * outputs[k - 1] + (1 - a) * outputs[k])
            return torch.stack(found)
            """: OTHERWISE,
            """
            averages = [outputs[0]]
            for x in outputs[1:]:
                averages.append(a * averages[-1] + (1 - a) * x)
            return torch.stack(averages)
            """: "you started from the first output",
            """
            m, averages = torch.zeros_like(outputs[0]), []
            for x in outputs:
                m = a * m + (1 - a) * x
                averages.append(m)
            return torch.stack(averages)
            """: "you started from zero and did not",
            """
            top, bottom, averages = 0, 0, []
            for k, x in enumerate(outputs):
                top = top + a**k * x
                bottom = bottom + a**k
                averages.append(top / bottom)
            return torch.stack(averages)
            """: "you gave the largest weight to the",
            """
            top, bottom = 0, 0
            for x in outputs:
                top = a * top + x
                bottom = a * bottom + 1
            return top / bottom
            """: "it is the last one alone",
            """
            top, bottom, averages = 0, 0, []
            for x in outputs:
                top = a * top + x
                bottom = a * bottom + 1
                averages.append(top / bottom)
                top = averages[-1]
            return torch.stack(averages)
            """: "you kept the average where the sum",
            """
            total, weight, out = 0, 0, []
            for x in outputs:
                total = a * total + (1 - a) * x
                weight = a * weight + 1
                out.append(total / weight)
            return torch.stack(out)
            """: "you multiplied each output by 1 − a",
            """
            total, weight, out = 0, 0, []
            for x in outputs:
                total = a * (total + x)
                weight = a * weight + 1
                out.append(total / weight)
            return torch.stack(out)
            """: "the newest output has the weight a",
            """
            total, weight, out = 0, 0, []
            for x in outputs:
                out.append(total / weight if weight else x)
                total = a * total + x
                weight = a * weight + 1
            return torch.stack(out)
            """: "each of your averages is one step late",
        },
    ),
    Answers(
        exercise="discrepancy_step",
        head="def discrepancy_step(residuals, sigma):",
        right=[
            """
            ok = residuals.flatten(1).norm(dim=1) <= sigma * residuals[0].numel() ** 0.5
            ok[-1] = True
            return float(ok.nonzero()[0, 0] + 1)
            """,
            """
            return int(
                min(
                    1 + (residuals.square().mean((1, 2, 3)) > sigma**2).cumprod(0).sum(),
                    len(residuals),
                )
            )
            """,
            """
            for k, r in enumerate(residuals, 1):
                if (r**2).mean() ** 0.5 <= sigma:
                    return k
            return len(residuals)
            """,
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            below = (rms <= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(rms))
            """,
            """
            ms = residuals.flatten(1).pow(2).mean(1)
            below = ms <= sigma**2
            return int(below.int().argmax()) + 1 if below.any() else len(ms)
            """,
            """
            n = residuals[0].numel()
            size = torch.linalg.vector_norm(residuals, dim=(1, 2, 3))
            k = 0
            while k < len(size) - 1 and size[k] > sigma * math.sqrt(n):
                k += 1
            return torch.tensor(k + 1.0)
            """,
            """
            rms = np.sqrt((residuals.numpy() ** 2).mean(axis=(1, 2, 3)))
            return float(np.argmax(rms <= sigma) + 1) if (rms <= sigma).any() else len(rms)
            """,
            """
            for k in range(len(residuals)):
                if float((residuals[k] ** 2).mean()) ** 0.5 <= sigma:
                    return float(k + 1)
            return float(len(residuals))
            """,
            """
            r = np.sqrt(np.mean(residuals.numpy() ** 2, axis=(1, 2, 3)))
            hits = np.flatnonzero(r <= sigma)
            return float(hits[0]) + 1.0 if hits.size else float(r.size)
            """,
            """
            rms = torch.linalg.vector_norm(residuals, dim=(1, 2, 3)) / math.sqrt(
                residuals[0].numel()
            )
            return float(next((k for k, v in enumerate(rms, start=1) if v <= sigma), len(rms)))
            """,
            """
            ms = torch.einsum("kchw,kchw->k", residuals, residuals) / residuals[0].numel()
            ok = ms.sqrt() <= sigma
            ok[-1] = True
            return float(ok.int().argmax() + 1)
            """,
        ],
        wrong={
            """
            for k, r in enumerate(residuals, 1):
                if r.square().mean().sqrt() <= sigma:
                    return float(k + 1)
            return float(len(residuals))
            """: "one step too many",
            """
            return float(
                (residuals.square().mean((1, 2, 3)).sqrt() <= sigma).int().argmax() + 1
            )
            """: "no residual is small enough",
            """
            rms = residuals.square().mean((1, 2, 3)).sqrt()
            return (
                float((rms <= sigma).nonzero()[-1] + 1)
                if (rms <= sigma).any()
                else float(len(rms))
            )
            """: "last residual",
            """
            for k, r in enumerate(residuals, 1):
                if r.square().mean().sqrt() > sigma:
                    return float(k)
            return float(len(residuals))
            """: "still above",
            """
            for k, r in enumerate(residuals, 1):
                if r.square().mean().sqrt() <= sigma:
                    return float(k)
            return float("inf")
            """: "infinite",
            """
            ms = residuals.square().mean(dim=(1, 2, 3))
            below = (ms <= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(ms))
            """: "mean square with σ",
            """
            size = residuals.flatten(1).norm(dim=1)
            below = (size <= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(size))
            """: "norm with σ",
            """
            size = residuals.abs().mean(dim=(1, 2, 3))
            below = (size <= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(size))
            """: "mean absolute value",
            """
            size = residuals.flatten(1).std(dim=1)
            below = (size <= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(size))
            """: "standard deviation",
            """
            for k, r in enumerate(residuals):
                if r.square().mean().sqrt() <= sigma:
                    break
            return float(k)
            """: "counted from zero",
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            return float((rms - sigma).abs().argmin() + 1)
            """: "nearest to σ",
            "float(residuals.square().mean(dim=(1, 2, 3)).argmin() + 1)": "smallest residual",
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            return float(min((rms > sigma).sum() + 1, len(rms)))
            """: "counted the residuals above",
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            return float((rms <= sigma).nonzero()[0] + 1)
            """: "raised IndexError",
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            return (rms <= sigma).float()
            """: "its shape is",
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            below = (rms <= 0.98 * sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(rms))
            """: "0.98 σ",
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            below = (rms >= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(rms))
            """: "still above σ",
            """
            for k, r in enumerate(residuals, start=1):
                if r.square().mean().sqrt() <= sigma:
                    print(k)
                    break
            """: "returned None",
            """
            rms = residuals.square().mean().sqrt()
            return float(len(residuals)) if rms > sigma else 1.0
            """: "you took one root mean square of all",
            """
            size = residuals.abs().amax(dim=(1, 2, 3))
            below = (size <= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(size))
            """: "largest value",
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            below = (rms <= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(residuals) + 1)
            """: "1 where no residual is small enough",
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            return float((rms > sigma).sum() + 1)
            """: "you counted the residuals above σ, and",
            """
            rms = residuals.square().sum(dim=(1, 2, 3)).sqrt()
            below = (rms <= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(residuals))
            """: "you compared the norm with σ",
            """
            rms = residuals.square().mean().sqrt()
            for k, r in enumerate(residuals):
                if rms <= sigma:
                    return float(k + 1)
            return float(len(residuals))
            """: "you took one root mean square of all",
            """
            ms = residuals.square().mean(dim=(1, 2, 3))
            below = (ms <= sigma).nonzero().flatten()
            return float(below[-1] + 1) if len(below) else float(len(residuals))
            """: "you took the last residual of at most σ",
            """
            for k, r in enumerate(residuals, start=1):
                if r.square().mean().sqrt() < 0.98 * sigma:
                    break
            return float(k)
            """: "you compared with 0",
            """
            for k, r in enumerate(residuals):
                if r.square().mean().sqrt() <= sigma:
                    return float(k)
            return float(len(residuals))
            """: OTHERWISE,
            """
            rms = residuals.square().mean(dim=0).sqrt()
            below = (rms <= sigma).nonzero().flatten()
            return float(below[0] + 1) if len(below) else float(len(residuals))
            """: OTHERWISE,
            """
            rms = residuals.square().mean(dim=(1, 2, 3)).sqrt()
            return float((rms <= sigma).sum())
            """: "you counted the residuals of at most σ",
        },
    ),
    Answers(
        exercise="split_in_two",
        head="def split_in_two(y, n, alpha):",
        right=[
            "y + torch.tensor([alpha, -1 / alpha]).view(2, *[1] * y.dim()).to(y) * n",
            """
            beta = alpha**-1
            out = y.repeat(2, *[1] * y.dim())
            out[0] += alpha * n
            out[1] -= beta * n
            return out
            """,
            "torch.stack((y + alpha * n, y - n / alpha))",
            "torch.stack([y, y]) + torch.stack([alpha * n, -n / alpha])",
            """
            beta = 1 / alpha
            first, second = y + alpha * n, y - beta * n
            return torch.stack((first, second), dim=0)
            """,
            """
            out = y.new_empty(2, *y.shape)
            out[0] = torch.add(y, n, alpha=alpha)
            out[1] = y - torch.div(n, alpha)
            return out
            """,
            """
            factors = torch.tensor([alpha, -1 / alpha], dtype=y.dtype)
            return y + factors.view(2, 1, 1, 1, 1) * n
            """,
            """
            beta = 1 / alpha
            w = torch.tensor([alpha, -beta], dtype=y.dtype)
            return y[None] + torch.einsum("s,...->s...", w, n)
            """,
            """
            out = torch.empty((2,) + tuple(y.shape), dtype=y.dtype)
            out[0].copy_(y).add_(n, alpha=float(alpha))
            out[1].copy_(y).sub_(n, alpha=1 / float(alpha))
            return out
            """,
            """
            y1 = y + n * alpha
            y2 = (1 + alpha**-2) * y - alpha**-2 * y1
            return torch.stack([y1, y2], dim=0)
            """,
            """
            a, b = y.numpy(), n.numpy()
            return torch.from_numpy(np.stack([a + alpha * b, a - np.reciprocal(float(alpha)) * b]))
            """,
        ],
        wrong={
            "torch.stack([y + alpha * n, y - (1 + alpha**2) / alpha * n])": "wrong in the second",
            """
            return torch.stack(
                [
                    (y + alpha * n) / (1 + alpha**2) ** 0.5,
                    (y - n / alpha) / (1 + alpha**-2) ** 0.5,
                ]
            )
            """: OTHERWISE,
            "torch.cat([y + alpha * n, y - n / alpha])": "torch.cat",
            "torch.stack([(y + alpha * n).clamp(0, 1), (y - n / alpha).clamp(0, 1)])": "clamped",
            "torch.stack((y + alpha * n, y + n / alpha))": r"both have \+n",
            "torch.stack((y + alpha * n, y - alpha * n))": "−αn in the second",
            "torch.stack((y - n / alpha, y + alpha * n))": "exchanged the two",
            "torch.stack((y - alpha * n, y + n / alpha))": "signs of n are exchanged",
            "torch.stack((y + alpha * n, y - n))": "β = 1",
            "torch.stack((y + alpha * n, y - n / alpha**2))": "β = 1/α²",
            "torch.stack((y + alpha * n, y - (1 - alpha) * n))": "β = 1 − α:",
            "torch.stack((alpha * n, -n / alpha))": "without y",
            "torch.cat((y + alpha * n, y - n / alpha))": "its shape is",
            "torch.stack((y + alpha * n, y - n / alpha), dim=1)": "its shape is",
            "torch.stack((y + alpha * n, y - n / alpha), dim=-1)": "its shape is",
            "torch.stack((y + alpha * n, y - n / alpha)).clamp(0, 1)": r"clamped to \[0, 1\]",
            "y + alpha * n, y - n / alpha": "is a tuple|expected a tensor",
            """
            y += alpha * n
            return torch.stack((y, y - n / alpha))
            """: "changed its argument y",
            """
            n = torch.randn_like(y)
            return torch.stack((y + alpha * n, y - n / alpha))
            """: "random numbers",
            """
            first = y + alpha * n
            return torch.stack((first, first - n / alpha))
            """: "built on y₁",
            "torch.stack((y + alpha * n, y - n * (1 - alpha)))": "you took β = 1 − α",
            "torch.stack((y + alpha * n, alpha * y - n)) / 1": "your second part is αy − n",
            "torch.stack((y + alpha * n, y - n / alpha)).mean(0)": (
                "you returned the mean of the two"
            ),
        },
    ),
    Answers(
        exercise="fit_seen_pixels",
        head="def fit_seen_pixels(y, seen, net, z, n_iter):",
        before="import copy",
        right=[
            """
            net = copy.deepcopy(net)
            adam = torch.optim.Adam(net.parameters(), lr=0.01)
            m = seen.to(y).expand_as(y)
            xs, hs = [], []
            for k in range(n_iter):
                x = net(z)
                sq = (x - y) ** 2
                adam.zero_grad()
                ((m * sq).sum() / m.sum()).backward()
                adam.step()
                xs.append(x.detach())
                hs.append((((1 - m) * sq).sum() / (1 - m).sum()).detach())
            hs = torch.stack(hs)
            i = hs.argmin().item()
            return xs[i], i + 1, hs
            """,
            """
            c = copy.deepcopy(net)
            adam = torch.optim.Adam(c.parameters(), lr=0.01)
            idx, non = seen.nonzero(as_tuple=True), (seen == 0).nonzero(as_tuple=True)
            hs = np.zeros(n_iter)
            keep = None
            for k in range(n_iter):
                x = c(z)
                d = x - y
                hs[k] = d[0][:, non[0], non[1]].pow(2).mean().item()
                if hs[k] <= hs[: k + 1].min():
                    keep = (x.detach(), k + 1)
                adam.zero_grad()
                d[0][:, idx[0], idx[1]].pow(2).mean().backward()
                adam.step()
            return keep[0], keep[1], torch.from_numpy(hs)
            """,
            SEEN,
            """
            G = copy.deepcopy(net)
            opt = torch.optim.Adam(G.parameters(), lr=1e-2)
            images, errors = [], []
            for _ in range(n_iter):
                opt.zero_grad()
                x = G(z)
                loss = F.mse_loss(x[:, :, seen], y[:, :, seen])
                loss.backward()
                opt.step()
                images.append(x.detach())
                errors.append(F.mse_loss(x[:, :, ~seen], y[:, :, ~seen]).detach())
            errors = torch.stack(errors)
            k = int(errors.argmin())
            return images[k], k + 1, errors
            """,
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=0.01)
            hidden = torch.zeros(n_iter, dtype=y.dtype)
            m, h = seen.to(y), (~seen).to(y)
            for k in range(n_iter):
                x = net(z)
                r = (x - y) ** 2
                loss = (r * m).sum() / (y.shape[1] * m.sum())
                hidden[k] = ((r * h).sum() / (y.shape[1] * h.sum())).item()
                if k == 0 or hidden[k] < hidden[:k].min():
                    best, step = x.detach().clone(), torch.tensor(k + 1)
                opt.zero_grad()
                loss.backward()
                opt.step()
            return [best, step, hidden]
            """,
            """
            net = copy.deepcopy(net)
            ps = list(net.parameters())
            opt = torch.optim.Adam(ps, lr=0.01)
            history = []
            for k in range(1, n_iter + 1):
                x = net(z)
                gap = (y - x).square()
                where = seen.expand_as(y)
                for p, g in zip(ps, torch.autograd.grad(gap[where].mean(), ps)):
                    p.grad = g
                opt.step()
                history.append((gap[~where].mean().item(), k, x.detach()))
            least, step, best = min(history, key=lambda row: row[0])
            return best, step, torch.tensor([row[0] for row in history])
            """,
            """
            model, bests = copy.deepcopy(net), (float("inf"), None, 0)
            opt, values = torch.optim.Adam(model.parameters(), lr=0.01), []
            for i in range(n_iter):
                x = model(z)
                with torch.no_grad():
                    e = float(((x - y)[..., seen.logical_not()] ** 2).mean())
                bests = min(bests, (e, x, i + 1), key=lambda b: b[0])
                values.append(e)
                opt.zero_grad()
                ((x - y)[..., seen] ** 2).mean().backward()
                opt.step()
            return bests[1], float(bests[2]), torch.tensor(values, dtype=torch.float64)
            """,
            """
            model = copy.deepcopy(net)
            opt = torch.optim.Adam(params=model.parameters(), lr=1e-2)
            errors = torch.zeros(n_iter)
            images = []
            m = seen.expand_as(y)
            for k in range(n_iter):
                opt.zero_grad()
                x = model(z)
                F.mse_loss(x[m], y[m]).backward()
                errors[k] = F.mse_loss(x.detach()[~m], y[~m])
                images.append(x.detach().clone())
                opt.step()
            k = int(errors.argmin())
            return images[k], k + 1, errors
            """,
            """
            model = copy.deepcopy(net)
            opt = torch.optim.Adam(model.parameters(), lr=0.01)
            S = seen.to(y)
            C = y.shape[1]
            best = None
            errs = []
            for k in range(1, n_iter + 1):
                x = model(z)
                d2 = (x - y) ** 2
                loss = (d2 * S).sum() / (S.sum() * C)
                with torch.no_grad():
                    e = float((d2 * (1 - S)).sum() / ((1 - S).sum() * C))
                errs.append(e)
                if best is None or e < best[0]:
                    best = (e, k, x.detach().clone())
                opt.zero_grad()
                loss.backward()
                opt.step()
            return best[2], best[1], torch.tensor(errs)
            """,
            """
            model = copy.deepcopy(net)
            opt = torch.optim.Adam(model.parameters(), lr=0.01)
            idx_in = seen.flatten().nonzero().squeeze(1)
            idx_out = (~seen).flatten().nonzero().squeeze(1)
            record = {}
            for k in range(n_iter):
                x = model(z)
                r = (x - y).flatten(2)
                record[k + 1] = (r[:, :, idx_out].detach().pow(2).mean().item(), x.detach())
                for p in model.parameters():
                    p.grad = None
                r[:, :, idx_in].pow(2).mean().backward()
                opt.step()
            step = min(record, key=lambda k: record[k][0])
            return record[step][1], step, torch.tensor([record[k][0] for k in sorted(record)])
            """,
            """
            m = copy.deepcopy(net)
            o = torch.optim.Adam(m.parameters(), lr=0.01)
            mask = seen.numpy().astype(bool)
            out, arg, least, trace = None, 0, math.inf, np.empty(n_iter)
            for k in range(n_iter):
                x = m(z)
                value = torch.masked_select(x - y, seen).square().mean()
                d = (x.detach() - y).numpy()[..., ~mask]
                trace[k] = np.mean(d * d)
                if trace[k] < least:
                    out, arg, least = x.detach().clone(), k + 1, trace[k]
                o.zero_grad()
                value.backward()
                o.step()
            return out, arg, torch.from_numpy(trace)
            """,
        ],
        wrong={
            """
            net = copy.deepcopy(net)
            adam = torch.optim.Adam(net.parameters(), lr=0.01)
            best, step, least, hid = None, 0, float("inf"), []
            for k in range(1, n_iter + 1):
                x = net(z)
                sq = (x - y).square()
                loss = sq[..., seen].mean()
                h = sq[..., ~seen].mean().item()
                hid.append(h)
                if h < least:
                    best, step, least = x.detach().clone(), k, h
                adam.zero_grad()
                loss.backward()
                adam.step()
            return best, n_iter, torch.tensor(hid)
            """: "number of the last step",
            """
            net = copy.deepcopy(net)
            adam = torch.optim.Adam(net.parameters(), lr=0.01)
            best, step, least, hid = None, 0, float("inf"), []
            for k in range(1, n_iter + 1):
                x = net(z)
                sq = (x - y).square()
                loss = sq[..., seen].mean()
                h = sq[..., ~seen].mean().item()
                hid.append(h)
                if h < least:
                    best, step, least = x.detach().clone(), k, h
                adam.zero_grad()
                loss.backward()
                adam.step()
            return best, step, torch.tensor(least)
            """: "the shape of value 3",
            """
            net = copy.deepcopy(net)
            adam = torch.optim.Adam(net.parameters(), lr=0.01)
            best, step, least, hid = None, 0, float("inf"), []
            for k in range(1, n_iter + 1):
                x = net(z)
                sq = (x - y).square()
                loss = sq[..., seen].mean()
                h = sq[..., ~seen].mean().sqrt().item()
                hid.append(h)
                if h < least:
                    best, step, least = x.detach().clone(), k, h
                adam.zero_grad()
                loss.backward()
                adam.step()
            return best, step, torch.tensor(hid)
            """: "square root",
            """
            net = copy.deepcopy(net)
            adam = torch.optim.Adam(net.parameters(), lr=0.01)
            best, step, least, hid = None, 0, float("inf"), []
            for k in range(1, n_iter + 1):
                x = net(z)
                sq = (x - y).square()
                loss = sq[..., seen].mean()
                h = sq[..., ~seen].mean().item()
                hid.append(h)
                if h < least:
                    best, step, least = x.detach().clone(), k, h
                adam.zero_grad()
                (loss + sq[..., ~seen].mean()).backward()
                adam.step()
            return best, step, torch.tensor(hid)
            """: "the hidden error is in your loss, too",
            """
            net = copy.deepcopy(net)
            adam = torch.optim.Adam(net.parameters(), lr=0.01)
            best, step, least, hid = None, 0, float("inf"), []
            for k in range(1, n_iter + 1):
                x = net(z)
                sq = (x - y).square()
                loss = sq[..., seen].mean()
                h = sq[..., ~seen].mean().item()
                hid.append(h)
                adam.zero_grad()
                loss.backward()
                adam.step()
                if h < least:
                    best, step, least = net(z).detach(), k, h
            return best, step, torch.tensor(hid)
            """: "after the update",
            changed(SEEN, "square[..., seen].mean()", "square.mean()"): "fitted all pixels",
            changed(
                SEEN, "[..., ~seen]", "[..., SEEN]", "[..., seen]", "[..., ~seen]", "SEEN", "seen"
            ): "exchanged the two",
            changed(SEEN, "[..., ~seen]", "[..., seen]"): "judged by the pixels that are fitted",
            changed(SEEN, "square[..., ~seen]", "square"): "judged by all pixels",
            changed(SEEN, "return best, step", "return x, n_iter"): "kept the last image",
            changed(SEEN, "return best, step", "return x, step"): "number of the best one",
            changed(
                SEEN,
                "best, step = error, x.detach()",
                "best, step = error, None",
                "    optimiser.step()\n",
                "    optimiser.step()\n    if step == k:\n        best = net(z).detach()\n",
            ): "after the update",
            changed(
                SEEN,
                "step = error, x.detach(), k\n",
                "step = error, x.detach(), k\n    else:\n        least = -1\n",
            ): "rises for the first time",
            changed(SEEN, "range(1, n_iter + 1)", "range(n_iter)"): "counted from zero",
            changed(SEEN, "    optimiser.zero_grad()\n", ""): "add up",
            changed(SEEN, "    optimiser.step()\n", ""): "never change",
            changed(SEEN, "net = copy.deepcopy(net)", "pass"): "changed its argument net",
            changed(SEEN, "torch.tensor(hidden)", "hidden"): "list of numbers",
            changed(SEEN, "torch.tensor(hidden)", "least"): "shape of value 3",
            changed(SEEN, ", torch.tensor(hidden)", ""): "expected 3 values",
            changed(SEEN, "return best", "return net(z)"): OTHERWISE,
            changed(SEEN, "error < least", "error > least", '"inf"', '"-inf"'): "largest",
            changed(SEEN, "** 2", "** 1"): OTHERWISE,
            changed(SEEN, "(x - y) ** 2", "(x - y).abs()"): "absolute value",
            changed(SEEN, "optim.Adam", "optim.SGD"): OTHERWISE,
            changed(
                SEEN,
                "loss = square[..., seen].mean()",
                "loss = square[..., seen].mean() + square[..., ~seen].mean()",
            ): "the hidden error is in your loss, too",
            changed(SEEN, "range(1, n_iter + 1)", "range(1, n_iter)"): "shape of value 3",
            changed(SEEN, "square[..., seen].mean()", "square[..., seen].sum()"): "loss is a sum",
            changed(
                SEEN, "square[..., seen].mean()", "(square * seen).mean()"
            ): "loss is divided by the number of all pixels",
            changed(
                SEEN,
                "square[..., seen].mean()",
                "(square * seen).mean()",
                "square[..., ~seen].mean()",
                "(square * ~seen).mean()",
            ): "divided by the number of all pixels",
            """
            net, hidden, least = copy.deepcopy(net), [], float("inf")
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
            for k in range(1, n_iter + 1):
                x = net(z)
                square = (x - y).square()
                hidden.append(square[..., ~seen].mean().item())
                if hidden[-1] < least:
                    least, best, step = hidden[-1], x.detach(), k
                optimiser.zero_grad()
                square.mean().backward()
                optimiser.step()
            return best, step, torch.tensor(hidden)
            """: "you fitted all pixels",
            """
            net, hidden, least = copy.deepcopy(net), [], float("inf")
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
            for k in range(1, n_iter + 1):
                x = net(z)
                square = (x - y).square()
                hidden.append(square[..., ~seen].mean().item())
                if hidden[-1] < least:
                    least, best, step = hidden[-1], x.detach(), k
                optimiser.zero_grad()
                square[..., seen].mean().backward()
                optimiser.step()
            return best, step, torch.tensor(least)
            """: "you returned one hidden error",
            """
            net, hidden, least = copy.deepcopy(net), [], float("inf")
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
            for k in range(1, n_iter + 1):
                x = net(z)
                square = (x - y).square()
                hidden.append((square * ~seen).mean().item())
                if hidden[-1] < least:
                    least, best, step = hidden[-1], x.detach(), k
                optimiser.zero_grad()
                (square * seen).mean().backward()
                optimiser.step()
            return best, step, torch.tensor(hidden)
            """: "you divided by the number of all pixels",
            """
            net, hidden, least = copy.deepcopy(net), [], float("inf")
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
            for k in range(1, n_iter + 1):
                x = net(z)
                square = (x - y).square()
                seen_error = square[..., seen].mean()
                hidden.append(square[..., ~seen].mean().item())
                if seen_error.item() < least:
                    least, best, step = seen_error.item(), x.detach(), k
                optimiser.zero_grad()
                seen_error.backward()
                optimiser.step()
            return best, step, torch.tensor(hidden)
            """: "you chose by the error of the pixels",
            """
            net, hidden, least = copy.deepcopy(net), [], float("inf")
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
            for k in range(1, n_iter + 1):
                x = net(z)
                optimiser.zero_grad()
                (x - y).square()[..., seen].mean().backward()
                optimiser.step()
                with torch.no_grad():
                    x = net(z)
                hidden.append((x - y).square()[..., ~seen].mean().item())
                if hidden[-1] < least:
                    least, best, step = hidden[-1], x.detach(), k
            return best, step, torch.tensor(hidden)
            """: "you judged the image from after the step",
            """
            net, hidden, least = copy.deepcopy(net), [], float("inf")
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)
            for k in range(1, n_iter + 1):
                x = net(z)
                square = (x - y).square()
                hidden.append(square[..., ~seen].mean().item())
                if k == 1 or hidden[-1] < hidden[-2]:
                    best, step = x.detach(), k
                optimiser.zero_grad()
                square[..., seen].mean().backward()
                optimiser.step()
            return best, step, torch.tensor(hidden)
            """: "you compared with the hidden error of",
            """
            net, hidden, least = copy.deepcopy(net), [], float("inf")
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)

            for k in range(1, n_iter + 1):
                x = net(z)
                square = (x - y).square()
                hidden.append(square[..., ~seen].mean().item())
                if hidden[-1] < least:
                    least, best, step = hidden[-1], x.detach(), k
                optimiser.zero_grad()
                (square[..., seen].mean() + square[..., ~seen].mean()).backward()
                optimiser.step()
            return best, step, torch.tensor(hidden)
            """: "the hidden error is in your loss, too",
            """
            net, hidden, least = copy.deepcopy(net), [], float("inf")
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)

            for k in range(1, n_iter + 1):
                x = net(z)
                square = (x - y).square()
                hidden.append(square[..., ~seen].sum().item())
                if hidden[-1] < least:
                    least, best, step = hidden[-1], x.detach(), k
                optimiser.zero_grad()
                square[..., seen].mean().backward()
                optimiser.step()
            return best, step, torch.tensor(hidden)
            """: "your hidden error is a sum",
            """
            net, hidden, least = copy.deepcopy(net), [], float("inf")
            optimiser = torch.optim.Adam(net.parameters(), lr=0.01)

            for k in range(1, n_iter + 1):
                x = net(z)
                square = (x - y).square()
                hidden.append(square[..., ~seen].mean().sqrt().item())
                if hidden[-1] < least:
                    least, best, step = hidden[-1], x.detach(), k
                optimiser.zero_grad()
                square[..., seen].mean().backward()
                optimiser.step()
            return best, step, torch.tensor(hidden)
            """: "you took the root of the hidden error",
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=0.01)
            hid, least = [], 0.0
            best, step = None, 0
            for k in range(1, n_iter + 1):
                x = net(z)
                sq = (x - y).square()
                hid.append(sq[..., ~seen].mean().item())
                if hid[-1] > least:
                    best, step, least = x.detach(), k, hid[-1]
                opt.zero_grad()
                sq[..., seen].mean().backward()
                opt.step()
            return best, step, torch.tensor(hid)
            """: "you kept the image of the largest",
        },
    ),
)
