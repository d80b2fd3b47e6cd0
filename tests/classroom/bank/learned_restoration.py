"""Answers to the exercises of notebook 08."""

from classroom.bank import OTHERWISE, Answers

TRAIN = """
net = copy.deepcopy(net)
optimiser = torch.optim.Adam(net.parameters(), lr=lr)
losses = []
for s in range(1, n_steps + 1):
    now = lr * 0.5 * (1 + math.cos(math.pi * (s - 1) / n_steps))
    optimiser.param_groups[0]["lr"] = now
    (v, sigma), u = pairs(train.Draw(seed=0, step=s), batch)
    loss = (net(v, sigma) - u).abs().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
return net, torch.tensor(losses)
"""
UNET = """
x = net.first(v)
kept = []
for i in range(len(net.shrink)):
    x = net.down[i](x)
    kept.append(x)
    x = net.shrink[i](x)
x = net.down[-1](x)
for i in range(len(kept) - 1, -1, -1):
    x = net.grow[i](x)
    x = net.back[i](x + kept[i])
return net.last(x)
"""
DESCENT = """
x = x0
found = [x0]
for k in range(len(taus)):
    N = networks[k % len(networks)]
    x = x - taus[k] * A.T(A(x) - y) + N(x)
    found.append(x)
return torch.stack(found)
"""


def changed(text, *pairs):
    """Replace parts of an answer, each of which must be there."""
    for old, new in zip(pairs[::2], pairs[1::2]):
        assert old in text, old
        text = text.replace(old, new)
    return text


ANSWERS = (
    Answers(
        exercise="noisy_windows",
        head="def noisy_windows(u, sigma, w):",
        right=[
            "(u.movedim(0, -1) + sigma * w.movedim(0, -1)).movedim(-1, 0)",
            "torch.addcmul(u, sigma.reshape(len(u), 1, 1, 1).expand_as(w), w)",
            "u + sigma[:, None, None, None] * w",
            "u + sigma.view(-1, 1, 1, 1) * w",
            "torch.stack([a + s * b for a, s, b in zip(u, sigma, w)])",
            'u + torch.einsum("b,bchw->bchw", sigma, w)',
            """
            v = u.clone()
            for b in range(len(u)):
                v[b] += sigma[b].item() * w[b]
            return v
            """,
            "(u.permute(1, 2, 3, 0) + sigma * w.permute(1, 2, 3, 0)).permute(3, 0, 1, 2)",
            """
            v = u.clone()
            for b in range(u.shape[0]):
                v[b] += float(sigma[b]) * w[b]
            return v
            """,
            "u + torch.einsum('b,bchw->bchw', sigma, w)",
            "torch.stack([a + s * c for a, s, c in zip(u, sigma, w)])",
            """
            levels = np.expand_dims(sigma.numpy(), (1, 2, 3))
            return torch.from_numpy(u.numpy() + levels * w.numpy())
            """,
        ],
        wrong={
            "sigma[:, None, None, None] * (u + w)": "you multiplied u by σ as well",
            "torch.cat([a + s * b for a, s, b in zip(u, sigma, w)])": "torch.cat",
            "u + sigma * w": "follows the columns",
            "u + sigma.mean() * w": "all windows the same σ",
            "u + sigma[0] * w": "right for the first image alone",
            "u + sigma[:, None, None, None] ** 2 * w": "variance",
            "u + sigma.sqrt()[:, None, None, None] * w": "you took the root of σ",
            "(u + sigma[:, None, None, None] * w).clamp(0, 1)": "clipped",
            "sigma[:, None, None, None] * w": "only the noise",
            "u - sigma[:, None, None, None] * w": "subtracted the noise",
            "u + w": "left σ out",
            "u + sigma[:, None, None] * w": r"its shape is",
            "(u + w) * sigma[:, None, None, None]": "you multiplied u by σ as well",
            "u * sigma[:, None, None, None] + w": "σ multiplies u",
            """
            u += sigma[:, None, None, None] * w
            return u
            """: "changed its argument u",
            "[a + s * b for a, s, b in zip(u, sigma, w)]": "is a list",
            "u + sigma[:, None, None, None] * torch.randn_like(u)": "random numbers",
            """
            for b in range(len(u)):
                return u[b] + sigma[b] * w[b]
            """: "its shape is",
            "u + sigma.view(-1, 1, 1, 1) * torch.randn_like(u)": "random numbers",
            "u + sigma.reshape(1, 1, -1, 1)[:, :, : u.shape[2]] * w": OTHERWISE,
            "u + sigma.view(1, -1, 1, 1) * w": "σ follows the channels, not the windows",
            "sigma.view(-1, 1, 1, 1) * w": "you returned only the noise, without",
            "u - sigma.view(-1, 1, 1, 1) * w": "you subtracted the noise",
            "u + sigma * w.mean()": OTHERWISE,
            """
            return u * (1 - sigma[:, None, None, None]) + sigma[:, None, None, None] * w
            """: "you took a share 1 − σ of u",
        },
    ),
    Answers(
        exercise="train_by_hand",
        head="def by_hand(net, pairs, n_steps, batch, lr):",
        before="import copy",
        right=[
            """
            mine = copy.deepcopy(net)
            mine.train()
            ps = [p for p in mine.parameters()]
            adam = torch.optim.Adam(ps, lr)
            sch = torch.optim.lr_scheduler.LambdaLR(
                adam, lambda s: math.cos(math.pi * s / 2 / n_steps) ** 2
            )
            out = []
            for i in range(1, 1 + n_steps):
                inp, u = pairs(train.Draw(0, i), batch)
                l = (u - mine(*inp)).abs().sum() / u.numel()
                for p, g in zip(ps, torch.autograd.grad(l, ps)):
                    p.grad = g
                adam.step()
                sch.step()
                out.append(l.detach())
            return mine, torch.stack(out)
            """,
            """
            n = copy.deepcopy(net)
            o = torch.optim.Adam(n.parameters())
            h = []
            for s in range(1, n_steps + 1):
                for g in o.param_groups:
                    g["lr"] = lr / 2 + lr / 2 * np.cos(np.pi * (s - 1) / n_steps)

                def closure():
                    o.zero_grad()
                    (v, sigma), u = pairs(train.Draw(seed=0, step=s), batch)
                    l = torch.mean(torch.abs(n(v, sigma) - u))
                    l.backward()
                    return l

                h.append(o.step(closure).item())
            return n, torch.tensor(h, dtype=torch.float64)
            """,
            TRAIN,
            """
            model = copy.deepcopy(net)
            opt = torch.optim.Adam(model.parameters())
            values = torch.empty(n_steps)
            for k in range(n_steps):
                for group in opt.param_groups:
                    group["lr"] = lr * np.cos(np.pi * k / n_steps / 2) ** 2
                inputs, target = pairs(train.Draw(0, k + 1), batch)
                loss = F.l1_loss(model(*inputs), target)
                opt.zero_grad()
                loss.backward()
                opt.step()
                values[k] = loss.detach()
            return [model, values]
            """,
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=lr)
            plan = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=n_steps)
            losses = []
            for step in range(1, n_steps + 1):
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                opt.zero_grad()
                loss = torch.mean(torch.abs(u - net(v, sigma)))
                loss.backward()
                opt.step()
                plan.step()
                losses.append(loss.detach())
            return net, torch.stack(losses)
            """,
            """
            net = copy.deepcopy(net).train()
            ws = list(net.parameters())
            opt = torch.optim.Adam(ws, lr)
            losses, s = [], 1
            while s <= n_steps:
                (v, sigma), u = pairs(train.Draw(seed=0, step=s), batch)
                loss = (net(v, sigma) - u).abs().sum() / u.numel()
                for p, d in zip(ws, torch.autograd.grad(loss, ws)):
                    p.grad = d
                opt.param_groups[0].update(lr=lr / 2 * (1 + math.cos(math.pi * (s - 1) / n_steps)))
                opt.step()
                losses += [loss.item()]
                s += 1
            return net, torch.as_tensor(losses, dtype=torch.float64)
            """,
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=lr)
            rate = lambda k: (1 + math.cos(math.pi * k / n_steps)) / 2
            plan = torch.optim.lr_scheduler.LambdaLR(opt, rate)
            losses = []
            for k in range(n_steps):
                (v, sigma), u = pairs(train.Draw(seed=0, step=k + 1), batch)
                loss = nn.L1Loss()(net(v, sigma), u)
                loss.backward()
                opt.step()
                opt.zero_grad()
                plan.step()
                losses.append(loss.item())
            return net.eval(), torch.tensor(losses)
            """,
            """
            model = copy.deepcopy(net)
            opt = torch.optim.Adam(model.parameters(), lr=lr)
            sched = torch.optim.lr_scheduler.LambdaLR(
                opt, lambda s: 0.5 * (1 + math.cos(math.pi * s / n_steps))
            )
            history = torch.zeros(n_steps)
            for i in range(n_steps):
                inputs, target = pairs(train.Draw(seed=0, step=i + 1), batch)
                opt.zero_grad()
                loss = F.l1_loss(model(*inputs), target)
                loss.backward()
                opt.step()
                sched.step()
                history[i] = loss.detach()
            return model, history
            """,
            """
            model = copy.deepcopy(net)
            params = list(model.parameters())
            opt = torch.optim.Adam(params, lr=lr)
            out = []
            s = 1
            while s <= n_steps:
                for g in opt.param_groups:
                    g["lr"] = lr * math.cos(math.pi * (s - 1) / (2 * n_steps)) ** 2
                (v, sigma), u = pairs(train.Draw(step=s, seed=0), batch)
                residual = model(v, sigma).sub(u)
                loss = residual.abs().sum() / residual.numel()
                for p, g in zip(params, torch.autograd.grad(loss, params)):
                    p.grad = g
                opt.step()
                out.append(loss.item())
                s += 1
            return model, torch.as_tensor(out)
            """,
            """
            mine = copy.deepcopy(net)
            adam = torch.optim.Adam(mine.parameters(), lr=1.0)
            rates = [lr / 2 + lr / 2 * np.cos(np.pi * k / n_steps) for k in range(n_steps)]

            def one(step, rate):
                adam.param_groups[0].update(lr=float(rate))
                batch_in, truth = pairs(train.Draw(0, step), batch)

                def closure():
                    adam.zero_grad()
                    value = torch.mean(torch.abs(truth - mine(batch_in[0], batch_in[1])))
                    value.backward()
                    return value

                return adam.step(closure).item()

            return mine, torch.tensor([one(k, r) for k, r in enumerate(rates, start=1)])
            """,
            """
            mine = copy.deepcopy(net).train()
            ws = [p for p in mine.parameters() if p.requires_grad]
            m1 = [torch.zeros_like(w) for w in ws]
            m2 = [torch.zeros_like(w) for w in ws]
            losses_ = []
            for s in range(1, n_steps + 1):
                rate = lr * (1 + math.cos(math.pi * (s - 1) / n_steps)) / 2
                (v, sigma), u = pairs(train.Draw(seed=0, step=s), batch)
                l = (mine(v, sigma) - u).abs().mean()
                grads = torch.autograd.grad(l, ws)
                losses_.append(l.detach())
                with torch.no_grad():
                    for w, a, b, g in zip(ws, m1, m2, grads):
                        a.lerp_(g, 0.1)
                        b.mul_(0.999).addcmul_(g, g, value=0.001)
                        w.sub_(rate * (a / (1 - 0.9**s)) / ((b / (1 - 0.999**s)).sqrt() + 1e-8))
            return mine, torch.stack(losses_)
            """,
        ],
        wrong={
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=lr)
            L = []
            for s in range(1, n_steps + 1):
                opt.param_groups[0]["lr"] = (
                    lr * 0.5 * (1 + math.cos(math.pi * (s - 1) / (n_steps - 1)))
                )
                (v, sigma), u = pairs(train.Draw(seed=0, step=s), batch)
                loss = (net(v, sigma) - u).abs().mean()
                opt.zero_grad()
                loss.backward()
                opt.step()
                L.append(loss.item())
            return net, torch.tensor(L)
            """: "one step early",
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=lr)
            L = []
            for s in range(1, n_steps + 1):
                opt.param_groups[0]["lr"] = (
                    lr * 0.5 * (1 + math.cos(math.pi * (s - 1) / n_steps))
                )
                (v, sigma), u = pairs(train.Draw(seed=0, step=s), batch)
                loss = (net(v, sigma) - u).abs().mean()
                opt.zero_grad()
                loss.backward()
                opt.step()
                L.append((net(v, sigma) - u).abs().mean().item())
            return net, torch.tensor(L)
            """: "after the step",
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=lr)
            L = []
            for s in range(1, n_steps + 1):
                opt.param_groups[0]["lr"] = (
                    lr * 0.5 * (1 + math.cos(math.pi * (s - 1) / n_steps))
                )
                (v, sigma), u = pairs(train.Draw(seed=0, step=s), batch)
                loss = (net(v, sigma) - u).abs().mean()
                opt.zero_grad()
                loss.backward()
                opt.step()
                L.append(loss.item())
            return torch.tensor(L), net
            """: "network last",
            """
            net = copy.deepcopy(net)
            opt = torch.optim.Adam(net.parameters(), lr=lr)
            L = []
            (v, sigma), u = pairs(train.Draw(seed=0, step=1), batch)
            for s in range(1, n_steps + 1):
                opt.param_groups[0]["lr"] = (
                    lr * 0.5 * (1 + math.cos(math.pi * (s - 1) / n_steps))
                )
                loss = (net(v, sigma) - u).abs().mean()
                opt.zero_grad()
                loss.backward()
                opt.step()
                L.append(loss.item())
            return net, torch.tensor(L)
            """: "same pairs",
            changed(TRAIN, "    optimiser.zero_grad()\n", ""): "add up",
            changed(TRAIN, "    optimiser.step()\n", ""): "never change",
            changed(TRAIN, "    loss.backward()\n", ""): "never change",
            changed(TRAIN, '    optimiser.param_groups[0]["lr"] = now\n', ""): "stays the same",
            changed(TRAIN, "(s - 1)", "s"): "one step ahead",
            changed(TRAIN, "lr * 0.5 *", "lr *"): "halve 1",
            changed(TRAIN, "step=s)", "step=s - 1)"): "count from 0",
            changed(TRAIN, "step=s)", "step=1)"): "the same pairs",
            changed(TRAIN, ".abs()", ".square()"): "mean of the squares",
            changed(TRAIN, "optim.Adam", "optim.SGD"): "plain gradient descent",
            changed(TRAIN, "net = copy.deepcopy(net)", "pass"): "changed its argument net",
            changed(
                TRAIN,
                "net = copy.deepcopy(net)",
                "mine = copy.deepcopy(net)",
                "net.parameters",
                "mine.parameters",
                "(net(v",
                "(mine(v",
            ): "not the copy that was trained",
            changed(TRAIN, ".mean()", ".sum()"): "took the sum of the absolute values",
            changed(TRAIN, "torch.tensor(losses)", "losses"): "list of numbers",
            changed(TRAIN, "net, torch.tensor(losses)", "net"): "expected 2 values",
            changed(TRAIN, "net, torch.tensor(losses)", "torch.tensor(losses), net"): OTHERWISE,
            changed(TRAIN, "range(1, n_steps + 1)", "range(1, n_steps)"): "shape of value 2",
            changed(TRAIN, "net(v, sigma)", "net(v)"): "raised TypeError",
            changed(TRAIN, "(net(v, sigma) - u)", "(net(v, sigma) - v)"): "compared with v",
            changed(TRAIN, "math.pi * (s", "(s"): "π is missing in the cosine",
            changed(TRAIN, "Draw(seed=0", "Draw(seed=1"): OTHERWISE,
            changed(
                TRAIN,
                "    (v, sigma), u",
                "    optimiser = torch.optim.Adam(net.parameters(), lr=now)\n    (v, sigma), u",
            ): "new optimiser in each step",
            changed(
                TRAIN, "return net", "print(net", "torch.tensor(losses)", "losses)"
            ): "returned None",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters())
            for step in range(1, n_steps + 1):
                optimiser.param_groups[0]["lr"] = lr * (1 + math.cos(math.pi * step / n_steps)) / 2
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                loss = (net(v, sigma) - u).abs().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                values.append(loss.item())
            return net, torch.tensor(values)
            """: "your cosine is one step ahead",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters())
            for step in range(1, n_steps + 1):
                optimiser.param_groups[0]["lr"] = lr * (
                    1 + math.cos(math.pi * (step - 1) / n_steps)
                )
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                loss = (net(v, sigma) - u).abs().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                values.append(loss.item())
            return net, torch.tensor(values)
            """: "you forgot to halve 1",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters())
            for step in range(1, n_steps + 1):
                optimiser.param_groups[0]["lr"] = (
                    lr * (1 + math.cos(math.pi * (step - 1) / n_steps)) / 2
                )
                (v, sigma), u = pairs(train.Draw(seed=0, step=1), batch)
                loss = (net(v, sigma) - u).abs().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                values.append(loss.item())
            return net, torch.tensor(values)
            """: "you drew the same pairs in all steps",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters())
            for step in range(1, n_steps + 1):
                optimiser.param_groups[0]["lr"] = (
                    lr * (1 + math.cos(math.pi * (step - 1) / n_steps)) / 2
                )
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                loss = (net(v, sigma) - v).abs().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                values.append(loss.item())
            return net, torch.tensor(values)
            """: "you compared with v, so that the",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters())
            rate = lr
            for step in range(1, n_steps + 1):
                rate = rate * (1 + math.cos(math.pi * (step - 1) / n_steps)) / 2
                optimiser.param_groups[0]["lr"] = rate
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                loss = (net(v, sigma) - u).abs().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                values.append(loss.item())
            return net, torch.tensor(values)
            """: "you lowered the rate of the step before",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters())
            for step in range(1, n_steps + 1):
                optimiser.param_groups[0]["lr"] = (
                    lr * (1 + math.cos(math.pi * (step - 1) / n_steps)) / 2
                )
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                loss = (net(v, sigma) - u).abs().mean()
                loss.backward()
                optimiser.step()
                values.append(loss.item())
            optimiser.zero_grad()
            return net, torch.tensor(values)
            """: "the gradients of all steps add up",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters(), lr=lr)
            for step in range(n_steps):
                optimiser.param_groups[0]["lr"] = lr * (1 + math.cos(math.pi * step / n_steps)) / 2
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                loss = (net(v, sigma) - u).abs().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                values.append(loss.item())
            return net, torch.tensor(values)
            """: "your steps count from 0",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters(), lr=lr)
            for step in range(1, n_steps + 1):
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                loss = (net(v, sigma) - u).abs().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                optimiser.param_groups[0]["lr"] = (
                    lr * (1 + math.cos(math.pi * (step - 1) / n_steps)) / 2
                )
                values.append(loss.item())
            return net, torch.tensor(values)
            """: "you set the rate after the step",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters(), lr=lr)
            draw = train.Draw(seed=0, step=1)
            for step in range(1, n_steps + 1):
                optimiser.param_groups[0]["lr"] = (
                    lr * (1 + math.cos(math.pi * (step - 1) / n_steps)) / 2
                )
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                loss = (net(v, 0 * sigma) - u).abs().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                values.append(loss.item())
            return net, torch.tensor(values)
            """: "you told the network another σ than",
            """
            net, values = copy.deepcopy(net), []
            optimiser = torch.optim.Adam(net.parameters(), lr=lr)
            for step in range(1, n_steps + 1):
                optimiser.param_groups[0]["lr"] = (
                    lr * (1 + math.cos(math.pi * (step - 1) / n_steps)) / 2
                )
                (v, sigma), u = pairs(train.Draw(seed=0, step=step), batch)
                loss = (net(u, sigma) - v).abs().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                values.append(loss.item())
            return net, torch.tensor(values)
            """: "you exchanged u and v",
            """
            net, out = copy.deepcopy(net), []
            opt = torch.optim.Adam(net.parameters(), lr=lr)
            for s in range(1, n_steps + 1):
                opt.param_groups[0]["lr"] = lr * (1 + math.cos(math.pi * (s - 1) / n_steps)) / 2
                (v, sigma), u = pairs(train.Draw(seed=0, step=s), batch)
                loss = (net(v, sigma).abs() - u.abs()).mean()
                opt.zero_grad()
                loss.backward()
                opt.step()
                out.append(loss.item())
            return net, torch.tensor(out)
            """: OTHERWISE,
        },
    ),
    Answers(
        exercise="unet_forward",
        head="def by_hand_unet(net, v):",
        right=[
            """
            def level(x, i):
                if i == len(net.shrink):
                    return x
                return net.back[i](
                    net.grow[i](level(net.down[i + 1](net.shrink[i](x)), i + 1)) + x
                )

            return net.last(level(net.down[0](net.first(v)), 0))
            """,
            """
            x, keep = net.down[0](net.first(v)), []
            for i, s in enumerate(net.shrink):
                keep.insert(0, x)
                x = net.down[i + 1](s(x))
            for k, (g, b) in enumerate(list(zip(net.grow, net.back))[::-1]):
                x = b(keep[k] + g(x))
            return net.last(x)
            """,
            UNET,
            """
            def scale(x, i):
                x = net.down[i](x)
                if i == len(net.shrink):
                    return x
                return net.back[i](net.grow[i](scale(net.shrink[i](x), i + 1)) + x)
            return net.last(scale(net.first(v), 0))
            """,
            """
            xs = [net.down[0](net.first(v))]
            for shrink, down in zip(net.shrink, net.down[1:]):
                xs.append(down(shrink(xs[-1])))
            y = xs.pop()
            for i in range(len(xs))[::-1]:
                y = net.back[i](xs[i] + net.grow[i](y))
            return net.last(y)
            """,
            """
            x, stack = net.first(v), []
            for i, down in enumerate(net.down):
                x = down(x)
                if i + 1 < len(net.down):
                    stack.append((x, net.grow[i], net.back[i]))
                    x = net.shrink[i](x)
            while stack:
                way, grow, back = stack.pop()
                x = back(torch.add(way, grow(x)))
            return net.last(x)
            """,
            """
            n = len(net.down)
            x = {0: net.down[0](net.first(v))}
            for i in range(1, n):
                x[i] = net.down[i](net.shrink[i - 1](x[i - 1]))
            y = x[n - 1]
            for i in reversed(range(n - 1)):
                y = net.back[i](sum([net.grow[i](y), x[i]]))
            return net.last(y)
            """,
            """
            n = len(net.shrink)
            a = [None] * (n + 1)
            a[0] = net.down[0](net.first(v))
            for i in range(n):
                a[i + 1] = net.down[i + 1](net.shrink[i](a[i]))
            b = a[n]
            i = n
            while i > 0:
                i -= 1
                b = net.back[i](torch.add(net.grow[i](b), a[i]))
            return net.last(b)
            """,
            """
            def scale(i, x):
                x = net.down[i](x)
                if i == len(net.down) - 1:
                    return x
                return net.back[i](x + net.grow[i](scale(i + 1, net.shrink[i](x))))

            return net.last(scale(0, net.first(v)))
            """,
            """
            stack = []
            x = net.down[0](net.first(v))
            for shrink, down in zip(net.shrink, list(net.down)[1:]):
                stack.append(x.clone())
                x = down(shrink(x))
            for grow, back in list(zip(net.grow, net.back))[::-1]:
                skip = stack.pop()
                skip += grow(x)
                x = back(skip)
            return net.last(x)
            """,
            """
            import itertools

            a = list(
                itertools.accumulate(
                    zip(net.shrink, net.down[1:]),
                    lambda h, layers: layers[1](layers[0](h)),
                    initial=net.down[0](net.first(v)),
                )
            )
            out = a[-1]
            for k in range(len(a) - 2, -1, -1):
                out = net.back[k](sum((net.grow[k](out), a[k])))
            return net.last(out)
            """,
        ],
        wrong={
            "net(v)": "calls net itself",
            """
            xs = [net.down[0](net.first(v))]
            for s, d in zip(net.shrink, net.down[1:]):
                xs.append(d(s(xs[-1])))
            y = xs.pop()
            for g, b in zip(reversed(net.grow), reversed(net.back)):
                y = g(b(y) + xs.pop())
            return net.last(y)
            """: r"shapes \(2, 3, 2, 3\) and \(2, 3, 4, 6\) met in \+",
            """
            x = net.down[0](net.first(v))
            xs = [x]
            for s, d in zip(net.shrink, net.down[1:]):
                x = s(x)
                xs.append(x)
                x = d(x)
            y = x
            xs.pop()
            for g, b in zip(reversed(net.grow), reversed(net.back)):
                y = b(g(y) + xs.pop())
            return net.last(y)
            """: OTHERWISE,
            """
            x0 = net.down[0](net.first(v))
            x1 = net.down[1](net.shrink[0](x0))
            x2 = net.down[2](net.shrink[1](x1))
            y1 = net.back[1](net.grow[1](x2) + x1)
            return net.last(net.back[0](net.grow[0](y1) + x0))
            """: "IndexError",
            changed(UNET, "x + kept[i]", "x"): "left the skip connections out",
            changed(UNET, "x + kept[i]", "x - kept[i]"): "subtracted",
            changed(UNET, "x + kept[i]", "(x + kept[i]) / 2"): "mean of the two",
            changed(
                UNET,
                "    x = net.down[i](x)\n    kept.append(x)",
                "    kept.append(x)\n    x = net.down[i](x)",
            ): "before down",
            changed(UNET, "x = net.down[-1](x)\n", ""): "coarsest",
            changed(UNET, "net.back[i](x + kept[i])", "x + kept[i]"): "forgot back",
            changed(UNET, "net.back[i](x + kept[i])", "net.back[i](x) + kept[i]"): "after back",
            changed(UNET, "return net.last(x)", "return v + net.last(x)"): "not residual",
            changed(UNET, "return net.last(x)", "return x"): "its shape is",
            changed(UNET, "x + kept[i]", "torch.cat((x, kept[i]), dim=1)"): (
                r"shape \(2, 6, 4, 6\) met a convolution that takes 3 channels"
            ),
            changed(
                UNET, "range(len(kept) - 1, -1, -1)", "range(len(kept))"
            ): r"shapes \(2, 2, 4, 6\) and \(2, 2, 8, 12\) met in \+",
            changed(UNET, "range(len(kept) - 1, -1, -1)", "range(len(kept) - 1, 0, -1)"): "raised",
            changed(
                UNET, "x = net.first(v)", "x = v"
            ): r"shape \(2, 1, 8, 12\) met a convolution that takes 2",
            changed(UNET, "return net.last(x)", "net.last(x)"): "returned None",
            changed(UNET, "net.grow[i](x)", "F.interpolate(x, scale_factor=2)"): OTHERWISE,
            changed(UNET, "return net.last(x)", "return net.last(x).relu()"): "negative values",
            changed(UNET, "kept.append(x)", "kept.append(x.detach())"): "gradient",
            """
            x, kept = net.first(v), []
            for i, down in enumerate(net.down):
                x = down(x)
                if i < len(net.shrink):
                    x = net.shrink[i](x)
                    kept.append(x)
            for i in reversed(range(len(kept))):
                x = net.back[i](net.grow[i](x + kept[i]))
            return net.last(x)
            """: "you kept the maps after shrink, and",
            """
            x, kept = net.first(v), []
            for i, down in enumerate(net.down):
                x = down(x)
                if i < len(net.shrink):
                    kept.append(x)
                    x = net.shrink[i](x)
            for i in reversed(range(len(kept))):
                x = net.back[i](net.grow[i](x)) + kept[i]
            return net.last(x)
            """: "you added the skip after back",
            """
            x, kept = net.first(v), []
            for i in range(len(net.shrink)):
                x = net.down[i](x)
                kept.append(x)
                x = net.shrink[i](x)
            for i in reversed(range(len(kept))):
                x = net.back[i](net.grow[i](x) + kept[i])
            return net.last(x)
            """: "you forgot down at the coarsest scale",
            """
            x, kept = net.first(v), []
            for i, down in enumerate(net.down):
                x = down(x)
                if i < len(net.shrink):
                    kept.append(x)
                    x = net.shrink[i](x)
            for i in reversed(range(len(kept))):
                x = net.back[i](net.grow[i](x) + kept[i])
            return net.last(x + net.first(v))
            """: "you added what first gives before last",
            """
            x, kept = net.first(v), []
            for i, down in enumerate(net.down):
                x = down(x)
                if i < len(net.shrink):
                    kept.append(x)
                    x = net.shrink[i](x)
            for i in reversed(range(len(kept))):
                x = net.back[i](net.grow[i](x) * kept[i])
            return net.last(x)
            """: "you multiplied by the maps of the way",
            """
            x, kept = net.first(v), []
            for i, down in enumerate(net.down):
                x = down(x)
                if i < len(net.shrink):
                    kept.append(x)
                    x = net.shrink[i](x)
            for i in reversed(range(len(kept))):
                x = net.back[i](net.grow[i](x))
            return net.last(x)
            """: "you left the skip connections out",
            """
            x, kept = net.down[0](net.first(v)), []
            for i in range(len(net.shrink)):
                kept.append(x)
                x = (
                    net.down[i](net.shrink[i](x))
                    if net.down[i] is not net.down[0]
                    else net.down[i + 1](net.shrink[i](x))
                )
            for i in reversed(range(len(kept))):
                x = net.back[i](net.grow[i](x) + kept[i])
            return net.last(x)
            """: OTHERWISE,
            """
            x, kept = net.first(v), []
            for i, down in enumerate(net.down):
                x = down(x)
                if i < len(net.shrink):
                    kept.append(x)
                    x = net.shrink[i](x)
            for i in range(len(kept)):
                x = net.back[i](net.grow[i](x) + kept[i])
            return net.last(x)
            """: "on the way up, you used the layers from",
            """
            x, kept = net.first(v), []
            for i, down in enumerate(net.down):
                x = down(x)
                if i < len(net.shrink):
                    kept.append(x)
                    x = net.shrink[i](x)
            for i in reversed(range(len(kept))):
                x = net.back[i](net.grow[i](x)) + net.back[i](kept[i])
            return net.last(x)
            """: "you applied back to the two maps one by",
            """
            x, kept = net.first(v), []
            for i in range(len(net.down)):
                kept.append(x)
                x = net.down[i](x)
                if i < len(net.shrink):
                    x = net.shrink[i](x)
            for i in reversed(range(len(net.back))):
                x = net.back[i](net.grow[i](x) + kept[i])
            return net.last(x)
            """: "you kept the maps before down",
            """
            a = net.down[0](net.first(v))
            for i in range(len(net.shrink)):
                a = net.down[i + 1](net.shrink[i](a))
            b = a
            for i in reversed(range(len(net.back))):
                b = net.back[i](net.grow[i](b) + net.grow[i](a) * 0)
            return net.last(b)
            """: OTHERWISE,
        },
    ),
    Answers(
        exercise="unrolled_descent",
        head="def unrolled_descent(x0, y, A, taus, networks):",
        right=[
            """
            from functools import reduce

            step = lambda xs, k: (
                xs
                + [
                    xs[-1]
                    - taus[k] * A.T(A(xs[-1]) - y)
                    + networks[k % len(networks)](xs[-1])
                ]
            )
            return torch.stack(reduce(step, range(len(taus)), [x0]))
            """,
            """
            import itertools

            out = [x0]
            for t, N in zip(taus, itertools.cycle(networks)):
                out += [out[-1] + N(out[-1]) + t * A.T(y - A(out[-1]))]
            return torch.stack(out, dim=0)
            """,
            DESCENT,
            """
            xs = x0[None]
            for k, tau in enumerate(taus):
                x = xs[-1]
                new = networks[k % len(networks)](x) - tau * A.T(A(x) - y) + x
                xs = torch.cat((xs, new[None]))
            return xs
            """,
            """
            import itertools
            found = [x0]
            for tau, N in zip(taus, itertools.cycle(networks)):
                x = found[-1]
                found += [x + N(x) + float(tau) * A.T(y - A(x))]
            return torch.stack(found, dim=0)
            """,
            """
            def go(x, k):
                if k == len(taus):
                    return [x]
                N = networks[k % len(networks)]
                return [x, *go(x - taus[k] * (A.T(A(x)) - A.T(y)) + N(x), k + 1)]
            return torch.stack(go(x0, 0))
            """,
            """
            out = torch.empty(len(taus) + 1, *x0.shape, dtype=x0.dtype)
            out[0] = x0
            k = 0
            for i, tau in enumerate(taus.tolist()):
                residual = A(out[i].clone()) - y
                out[i + 1] = out[i] - tau * A.T(residual)
                out[i + 1] += networks[k](out[i])
                k = k + 1 if k + 1 < len(networks) else 0
            return out
            """,
            """
            def go(x, k):
                if k == len(taus):
                    return [x]
                nxt = torch.sub(x, A.T(A(x) - y), alpha=float(taus[k])) + networks[
                    k % len(networks)
                ](x)
                return [x] + go(nxt, k + 1)

            return torch.stack(go(x0, 0))
            """,
            """
            K = len(taus)
            out = torch.empty((K + 1, *x0.shape), dtype=x0.dtype)
            out[0] = x0
            k = 0
            while k < K:
                j = k
                while j >= len(networks):
                    j -= len(networks)
                grad = A.T(A(out[k])) - A.T(y)
                out[k + 1] = out[k] + networks[j](out[k].clone()) - taus[k] * grad
                k += 1
            return out
            """,
            """
            import itertools

            def step(x, pair):
                t, N = pair
                return x + N(x) - t * A.T(A(x) - y)

            its = itertools.accumulate(zip(taus, itertools.cycle(networks)), step, initial=x0)
            return torch.stack(list(its), dim=0)
            """,
            """
            many = list(networks) * (len(taus) // len(networks) + 1)
            xs = x0.unsqueeze(0)
            for t, net in zip(taus, many):
                last = xs[-1]
                xs = torch.cat([xs, (last + net(last) + t * A.T(y - A(last)))[None]])
            return xs
            """,
        ],
        wrong={
            """
            x, xs = x0, [x0]
            for k in range(len(taus)):
                x = x + networks[k % len(networks)](x)
                x = x - taus[k] * A.T(A(x) - y)
                xs.append(x)
            return torch.stack(xs)
            """: "both start at x",
            """
            x, xs = x0, [x0]
            for k in range(len(taus)):
                x = (
                    x
                    - taus[k] / A.norm() ** 2 * A.T(A(x) - y)
                    + networks[k % len(networks)](x)
                )
                xs.append(x)
            return torch.stack(xs)
            """: "divided already",
            """
            x, xs = x0, [x0]
            for k in range(len(taus)):
                x = x - taus[k] * (A.T(A(x) - y) + networks[k % len(networks)](x))
                xs.append(x)
            return torch.stack(xs)
            """: "subtracted it",
            """
            x, xs = x0, [x0]
            for k in range(len(taus)):
                x = x - taus[k] * A(A(x) - y) + networks[k % len(networks)](x)
                xs.append(x)
            return torch.stack(xs)
            """: "applied A twice",
            """
            x, xs = x0, [x0]
            for k in range(len(taus)):
                x = networks[k % len(networks)](x - taus[k] * A.T(A(x) - y))
                xs.append(x)
            return torch.stack(xs)
            """: "you took the network of the gradient",
            changed(DESCENT, "x - taus", "x + taus"): "uphill",
            changed(DESCENT, "A.T(A(x) - y)", "(A(x) - y)"): "adjoint",
            changed(DESCENT, "+ N(x)", "", "    found", "    x = x + N(x)\n    found"): "after the",
            changed(DESCENT, " + N(x)", ""): "forgot the corrections",
            changed(DESCENT, "x = x - taus[k] * A.T(A(x) - y)", "x = x"): "forgot the data step",
            changed(DESCENT, "+ N(x)", "- N(x)"): "added, not subtracted",
            changed(DESCENT, "x = x - taus[k] * A.T(A(x) - y)", "x = -taus[k] * A.T(A(x) - y)"): (
                r"replaced x by N\(x\)"
            ),
            changed(DESCENT, "taus[k] * ", ""): "step sizes",
            changed(DESCENT, "taus[k]", "taus[0]"): "first step size",
            changed(DESCENT, "k % len(networks)", "0"): "first network in all steps",
            changed(DESCENT, "k % len(networks)", "min(k, len(networks) - 1)"): "stayed with it",
            changed(DESCENT, "k % len(networks)", "k"): "raised IndexError",
            changed(
                DESCENT,
                "x = x - taus[k] * A.T(A(x) - y)",
                "x = x0 - taus[k] * A.T(A(x0) - y)",
                "N(x)",
                "N(x0)",
            ): "starts at x₀ again",
            changed(DESCENT, "found = [x0]", "found = []"): "its shape is",
            changed(DESCENT, "torch.stack(found)", "x"): "its shape is",
            changed(DESCENT, "torch.stack(found)", "found"): "is a list",
            changed(DESCENT, "torch.stack(found)", "torch.cat(found)"): "its shape is",
            changed(DESCENT, "torch.stack(found)", "torch.stack(found[::-1])"): OTHERWISE,
            changed(DESCENT, "range(len(taus))", "range(len(networks))"): "its shape is",
            changed(
                DESCENT,
                "x = x - taus[k] * A.T(A(x) - y)",
                "x -= taus[k] * A.T(A(x) - y)",
                " + N(x)",
                "",
            ): "changed its argument x0",
            changed(DESCENT, "A(x) - y", "y - A(x)"): "uphill",
            changed(DESCENT, "A.T(A(x) - y)", "A.T(x - y)"): OTHERWISE,
            """
            iterates = [x0]
            for k, tau in enumerate(taus):
                x = iterates[-1]
                x = x - tau * A.T(A(x) - y)
                iterates.append(x + networks[k % len(networks)](x))
            return torch.stack(iterates)
            """: "the network is applied after the",
            """
            iterates = [x0]
            for k, tau in enumerate(taus):
                x, N = iterates[-1], networks[k % len(networks)]
                iterates.append(x - tau * (A.T(A(x) - y) + N(x)))
            return torch.stack(iterates)
            """: "you multiplied the correction by τ and",
            """
            iterates = [x0]
            for tau, N in zip(taus, networks):
                x = iterates[-1]
                iterates.append(x - tau * A.T(A(x) - y) + N(x))
            return torch.stack(iterates)
            """: "these are the first ones alone",
            """
            iterates = [x0]
            for k, tau in enumerate(taus):
                x, N = iterates[-1], networks[min(k, len(networks) - 1)]
                iterates.append(x - tau * A.T(A(x) - y) + N(x))
            return torch.stack(iterates)
            """: "after the last network you stayed with",
            """
            iterates = []
            for k, tau in enumerate(taus):
                iterates.append(x0)
                x0 = x0 - tau * A.T(A(x0) - y) + networks[k % len(networks)](x0)
            return torch.stack(iterates)
            """: "the last one is missing",
            """
            iterates = [x0]
            for k, tau in enumerate(taus):
                x, N = iterates[-1], networks[k % len(networks)]
                iterates.append(x - tau * A.T(A(x0) - y) + N(x))
            return torch.stack(iterates)
            """: "the gradient is always that at x₀",
            """
            out = [x0]
            for k, tau in enumerate(taus):
                x = out[-1]
                out.append(x - tau * A.T(y - A(x)) + networks[k % len(networks)](x))
            return torch.stack(out)
            """: "you went uphill",
            """
            out = [x0]
            for k, tau in enumerate(taus):
                x = out[-1]
                g = x - tau * A.T(A(x) - y)
                out.append(g + networks[k % len(networks)](g))
            return torch.stack(out)[-1]
            """: OTHERWISE,
            """
            out = [x0]
            for k, tau in enumerate(taus):
                x = out[-1]
                for N in networks:
                    x = x - tau * A.T(A(x) - y) + N(x)
                out.append(x)
            return torch.stack(out)
            """: "you used all networks in each step",
            """
            out = []
            x = x0
            for k, tau in enumerate(taus):
                x = x - tau * A.T(A(x) - y) + networks[k % len(networks)](x)
                out.append(x)
            return torch.stack(out)
            """: OTHERWISE,
        },
    ),
    Answers(
        exercise="misfit",
        head="def misfit(x, y, A, sigma):",
        right=[
            "metrics.mse(A(x), y).mean() / sigma**2",
            "(A(x) - y).square().mean() / sigma**2",
            "F.mse_loss(A(x), y) / sigma**2",
            "((A(x) - y) / sigma).pow(2).mean().item()",
            """
            r = (y - A(x)) / sigma
            return (r * r).sum() / r.numel()
            """,
            """
            total, n = 0.0, 0
            for one, scan in zip(x, y):
                r = A(one[None]) - scan[None]
                total, n = total + float((r**2).sum()), n + scan.numel()
            return total / n / sigma / sigma
            """,
            "F.mse_loss(A(x), y) * float(sigma) ** -2",
            """
            r = (A(x) - y).flatten()
            return torch.dot(r, r) / (r.numel() * sigma * sigma)
            """,
            "((y - A(x)) / sigma).pow(2).mean()",
            """
            d = np.asarray(A(x) - y).ravel()
            return float(np.mean(d**2)) / sigma**2
            """,
        ],
        wrong={
            "(A(x) - y).square().mean() / y.square().mean()": "size of y",
            "sigma**2 / (A(x) - y).square().mean()": "inverse",
            "(A(x) - y).square().sum() / sigma**2 / len(x)": "sum where a mean",
            "(A(x) - y).square().mean() - sigma**2": "you subtracted σ²",
            "(A(x) - y).square().mean()": "forgot to divide by σ²",
            "(A(x) - y).square().mean() / sigma": "divided by σ, but",
            "(A(x) - y).square().sum() / sigma**2": "took the sum",
            "((A(x) - y).square().mean() / sigma**2).sqrt()": "took the root",
            "(x - y).square().mean() / sigma**2": "compared x with y",
            "(A(x) - y).abs().mean() / sigma": "absolute value",
            "(A(x) - y).square().mean(dim=(1, 2, 3)) / sigma**2": "its shape is",
            "(A(x) - y).square() / sigma**2": "its shape is",
            "(A(x) - y).mean() ** 2 / sigma**2": "averaged before squaring",
            "(A(x) - y).var() / sigma**2": "variance",
            "(A(x) - y).square().mean() * sigma**2": "multiplied by σ²",
            "(A.T(A(x) - y)).square().mean() / sigma**2": "applied Aᵀ",
            "(A(x) - y).norm() / sigma": "you took the norm, divided by σ",
            "print((A(x) - y).square().mean() / sigma**2)": "returned None",
            "(A(x) - y).square().mean() / (2 * sigma**2)": "half of the right one",
            "(A.T(y) - x).square().mean() / sigma**2": "T and compared with x",
            "(A(x) - y).norm() ** 2 / (len(x) * sigma**2)": "too large by a factor",
            "(A(x) - A(y)).square().mean() / sigma**2": "you applied A to both",
            "((A(x) - y) ** 2).mean() - sigma**2": "you subtracted σ²",
            "(A(x) - y).square().mean().item() / sigma": "you divided by σ, but the residual is",
        },
    ),
)
