"""Answers to the exercises of notebook 10."""

from classroom.bank import OTHERWISE, Answers

WITH_CLASS = Answers(
    exercise="with_class",
    head="def with_class(z, c, classes):",
    right=[
        "torch.cat([z, (c.unsqueeze(1) == torch.arange(classes)).to(z)], 1)",
        "F.pad(z, (0, classes)) + F.pad(F.one_hot(c, classes).to(z), (z.shape[1], 0))",
        "torch.cat((z, F.one_hot(c, classes).to(z)), dim=1)",
        "torch.cat([z, torch.eye(classes).to(z)[c]], 1)",
        "torch.hstack([z, (c[:, None] == torch.arange(classes)).to(z.dtype)])",
        """
        hot = z.new_zeros(len(z), classes)
        hot[torch.arange(len(z)), c] = 1
        return torch.cat((z, hot), dim=-1)
        """,
        """
        hot = torch.zeros(len(z), classes, dtype=z.dtype).scatter_(1, c[:, None], 1.0)
        return torch.cat((z, hot), dim=1)
        """,
        "torch.stack([torch.cat((a, F.one_hot(k, classes).to(a))) for a, k in zip(z, c)])",
        "torch.cat((z.detach(), F.one_hot(c, classes).to(z)), dim=1)",
        """
        out = torch.zeros(len(z), z.shape[1] + classes).to(z)
        out[:, : z.shape[1]] = z
        for row, k in zip(out, c.tolist()):
            row[z.shape[1] + k] = 1
        return out
        """,
        "torch.hstack([z, torch.eye(classes, dtype=z.dtype)[c]])",
        """
        onehot = np.zeros((c.numel(), classes))
        onehot[np.arange(c.numel()), c.numpy()] = 1.0
        return torch.from_numpy(np.concatenate([z.numpy(), onehot], axis=-1))
        """,
        """
        zeros = z.new_zeros(z.shape[0], classes)
        return torch.column_stack((z, zeros.scatter(1, c[:, None], 1.0)))
        """,
    ],
    wrong={
        "torch.cat([z, F.one_hot(c).to(z)], dim=1)": "shape is",
        "torch.cat([z, 1 - F.one_hot(c, classes).to(z)], dim=1)": "zeros are exchanged",
        "torch.cat([z.long(), F.one_hot(c, classes)], dim=1)": "floating-point",
        "torch.cat([z, F.one_hot(c, classes).to(z)], dim=1), c": "is a tuple",
        "torch.cat((F.one_hot(c, classes).to(z), z), dim=1)": "the class before z",
        "torch.cat((z, F.one_hot((c - 1) % classes, classes).to(z)), dim=1)": "classes from 1",
        "torch.cat((z, F.one_hot((c + 1) % classes, classes).to(z)), dim=1)": "class after the",
        "torch.cat((z, F.one_hot(c, classes).to(z)), dim=0)": "raised RuntimeError",
        "torch.cat((z, F.one_hot(c).to(z)), dim=1)": r"shape is \(2, 16\)|raised|shape",
        "torch.cat((z, c[:, None].to(z)), dim=1)": "shape is",
        "torch.cat((z, c[:, None].to(z).expand(-1, classes)), dim=1)": "wrote the number of",
        "z + F.one_hot(c, classes).to(z)": "raised RuntimeError",
        "F.one_hot(c, classes).to(z)": "shape is",
        "torch.cat((z, F.one_hot(c, classes + 1).to(z)), dim=1)": "shape is",
        "torch.cat((z, torch.zeros(len(z), classes).to(z)), dim=1)": "no class at all",
        "torch.cat((z, torch.ones(len(z), classes).to(z)), dim=1)": "every class",
        "torch.cat((z, F.one_hot(c[:1], classes).to(z).expand(len(z), -1)), dim=1)": (
            "the class of the first"
        ),
        "torch.cat((z, F.one_hot(c.flip(0), classes).to(z)), dim=1)": "the opposite order",
        "torch.cat((z.long(), F.one_hot(c, classes)), dim=1)": "holds torch.int64",
        "torch.cat((z, F.one_hot(c, classes).to(z)), dim=1).tolist()": "is a list",
        "print(torch.cat((z, F.one_hot(c, classes).to(z)), dim=1))": "returned None",
        "torch.cat((z, F.one_hot(c, 10).to(z)), dim=1)": "there are ten classes for you",
        "torch.cat((z, 10**0.5 * F.one_hot(c, classes).to(z)), dim=1)": "your one is √10",
        """
        return torch.hstack((z, F.one_hot((c + classes - 1) % classes, classes).to(z)))
        """: "you counted the classes from 1",
        """
        return torch.cat((z, torch.full((len(z), classes), 1 / classes).to(z)), dim=1)
        """: "you gave each class the same share",
        "torch.cat((z, F.one_hot(c, classes).to(z).T), dim=1)": "you transposed the classes",
        "torch.stack((z, F.one_hot(c, classes).to(z)), dim=1)": "stack makes a new dimension",
        """
        return torch.cat((z, F.one_hot(c.sort().values, classes).to(z)), dim=1)
        """: OTHERWISE,
        "torch.cat((z, F.one_hot(c, classes).to(z) * z.mean()), dim=1)": OTHERWISE,
    },
)

LOSSES = """
fake = G(z, asked)
for_D = losses.discriminator_loss(D(x, c), D(fake.detach(), asked))
for_G = losses.generator_loss(D(fake, asked))
return for_D, for_G
"""
CGAN_LOSSES = Answers(
    exercise="cgan_losses",
    head="def cgan_losses(G, D, x, c, z, asked):",
    right=[
        """
            f = G(z, asked)
            ld = -F.logsigmoid(D(x, c)).mean() - F.logsigmoid(-D(f.data, asked)).mean()
            return ld, -F.logsigmoid(D(f, asked)).mean()
            """,
        LOSSES,
        """
        fake = G(z, asked)
        real, false = D(x, c), D(fake.detach(), asked)
        for_D = F.softplus(-real).mean() + F.softplus(false).mean()
        return for_D, F.softplus(-D(fake, asked)).mean()
        """,
        """
        with torch.no_grad():
            still = G(z, asked)
        for_D = losses.discriminator_loss(D(x, c), D(still, asked))
        return [for_D, losses.generator_loss(D(G(z, asked), asked))]
        """,
        """
        fake = G(z, asked)
        real, false = torch.sigmoid(D(x, c)), torch.sigmoid(D(fake.detach(), asked))
        for_D = -(real.log() + (1 - false).log()).mean()
        for_G = -torch.sigmoid(D(fake, asked)).log().mean()
        return for_D, for_G
        """,
        """
        fake = G(z, asked)
        logits = D(torch.cat([x, fake.detach()]), torch.cat([c, asked]))
        n = len(x)
        is_real = F.binary_cross_entropy_with_logits
        for_D = is_real(logits[:n], torch.ones_like(logits[:n]))
        for_D = for_D + is_real(logits[n:], torch.zeros_like(logits[n:]))
        judged = D(fake, asked)
        return for_D, is_real(judged, torch.ones_like(judged))
        """,
        """
        fake = G(z, asked)
        frozen = fake.clone().detach()
        d = F.softplus(-D(x, c)).mean() + F.softplus(D(frozen, asked)).mean()
        g = F.softplus(-D(fake, asked)).mean()
        return [d, g]
        """,
        """
        with torch.no_grad():
            shown = G(z, asked)
        bce = F.binary_cross_entropy_with_logits
        real, fake = D(x, c), D(shown, asked)
        for_D = bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))
        again = D(G(z, asked), asked)
        return for_D, bce(again, torch.ones_like(again))
        """,
        """
        def judged(image, k):
            return D(image, k)

        y = G(z, asked)
        lr, lf, lg = judged(x, c), judged(y.data, asked), judged(y, asked)
        return -F.logsigmoid(lr).mean() - F.logsigmoid(-lf).mean(), -F.logsigmoid(lg).mean()
        """,
        """
        fake = G(z, asked)
        pair = D(x, c), D(fake.detach(), asked)
        return losses.discriminator_loss(*pair), torch.log1p(torch.exp(-D(fake, asked))).mean()
        """,
    ],
    wrong={
        """
            f = G(z, asked)
            for_D = losses.discriminator_loss(D(x, c), D(f.detach(), asked))
            return for_D, losses.generator_loss(D(f, c))
            """: "G's loss judges the drawn",
        """
            for p in D.parameters():
                p.requires_grad_(False)
            f = G(z, asked)
            lg = losses.generator_loss(D(f, asked))
            return losses.discriminator_loss(D(x, c), D(f.detach(), asked)), lg
            """: "stays False",
        """
            f = G(z, asked)
            for_D = losses.discriminator_loss(D(x, c), D(f.detach(), asked))
            return for_D / 2, losses.generator_loss(D(f, asked))
            """: "half of the right one",
        """
            f = G(z, asked)
            for_D = losses.discriminator_loss(D(x, c), D(f.detach(), asked))
            return for_D, losses.generator_loss(D(f, asked).sigmoid())
            """: OTHERWISE,
        LOSSES.replace(".detach()", ""): "D's loss reaches G",
        LOSSES.replace("D(x, c), D(fake.detach(), asked)", "D(fake.detach(), asked), D(x, c)"): (
            "exchanged"
        ),
        LOSSES.replace("return for_D, for_G", "return for_G, for_D"): "G's loss first",
        LOSSES.replace("generator_loss(D(fake, asked))", "generator_loss(-D(fake, asked))"): (
            "G helps D"
        ),
        LOSSES.replace(
            "losses.generator_loss(D(fake, asked))", "-F.softplus(D(fake, asked)).mean()"
        ): "log\\(1 − D\\)",
        LOSSES.replace("D(fake, asked))", "D(fake.detach(), asked))"): "G learns nothing",
        LOSSES.replace("G(z, asked)", "G(z, c)"): OTHERWISE,
        LOSSES.replace("asked)", "c)"): "should draw those in `asked`",
        LOSSES.replace("D(fake.detach(), asked)", "D(fake.detach(), c)").replace(
            "D(fake, asked)", "D(fake, c)"
        ): "by the classes of the data",
        LOSSES.replace("D(x, c)", "D(x, asked)"): "judges the data by the classes",
        LOSSES.replace(
            "D(fake.detach(), asked)", "D(fake.detach(), c)"
        ): "D's loss judges the drawn",
        LOSSES.replace(
            "discriminator_loss(D(x, c), D(fake.detach(), asked))",
            "discriminator_loss(D(x, c), D(fake.detach(), asked)) / 2",
        ): ("the loss of D .*is half"),
        LOSSES.replace(
            "discriminator_loss(D(x, c), D(fake.detach(), asked))", "generator_loss(D(x, c))"
        ): "judges only the images of the data",
        LOSSES.replace("return for_D, for_G", "return for_D + for_G"): "expected two losses",
        LOSSES.replace("return for_D, for_G", "return for_D.item(), for_G.item()"): "no gradient",
        LOSSES.replace("return for_D, for_G", "print(for_D, for_G)"): "returned None",
        LOSSES.replace("D(x, c)", "D(x)"): "raised TypeError",
        LOSSES.replace("G(z, asked)", "G(z)"): "raised TypeError",
        LOSSES.replace("fake = G(z, asked)", "fake = G(z, asked).detach()"): "G learns nothing",
        """
        fake = G(z, asked)
        for_D = losses.discriminator_loss(D(x, c), D(fake.detach(), asked))
        for_G = -losses.discriminator_loss(D(x, c), D(fake, asked))
        return for_D, for_G
        """: "s loss is minus D",
        """
        fake = G(z, asked).detach()
        for_D = losses.discriminator_loss(D(x, c), D(fake, asked))
        for_G = losses.generator_loss(D(fake, asked))
        return for_D, for_G
        """: "s image is detached, so that G learns",
        """
        fake = G(z, asked)
        for_D = losses.discriminator_loss(D(x, c), D(fake.detach(), asked))
        for_G = losses.generator_loss(D(fake, asked).detach())
        return for_D.item(), for_G.item()
        """: "a loss has no gradient",
        """
        fake = G(z, asked)
        d = losses.discriminator_loss(D(x, c), D(fake, asked))
        return d, losses.generator_loss(D(fake, asked))
        """: "s loss reaches G",
        """
        fake = G(z, asked)
        d = losses.discriminator_loss(D(x, c), D(fake.detach(), c))
        return d, losses.generator_loss(D(fake, asked))
        """: "s loss judges the drawn images by the",
        """
        fake = G(z, asked)
        d = losses.discriminator_loss(D(x, c), D(fake.detach(), asked)) + losses.discriminator_loss(
            D(x, asked), D(fake.detach(), asked)
        )
        return d, losses.generator_loss(D(fake, asked))
        """: OTHERWISE,
        """
        f = G(z, asked)
        return losses.discriminator_loss(D(x, c), D(f.detach(), asked)), losses.generator_loss(
            D(f.detach(), asked)
        )
        """: "s image is detached, so that G learns",
        """
        f = G(z, asked)
        return losses.discriminator_loss(D(x, c), D(f.detach(), asked)), F.softplus(
            D(f, asked)
        ).mean()
        """: "G helps D",
    },
)

BEST = Answers(
    exercise="best_in_l1",
    head="def best_in_l1(answers):",
    right=[
        """
            s, _ = torch.sort(answers, 0)
            n = len(s)
            return (s[(n - 1) // 2] + s[n // 2]) / 2
            """,
        "answers.kthvalue((answers.shape[0] + 1) // 2, dim=0).values",
        "answers.median(dim=0).values",
        "torch.median(answers, 0)[0]",
        "answers.quantile(0.5, dim=0)",
        "answers.sort(dim=0).values[len(answers) // 2]",
        "torch.from_numpy(np.median(answers.numpy(), axis=0))",
        """
        n, *shape = answers.shape
        best = torch.zeros(answers[0].numel(), dtype=answers.dtype)
        for p, values in enumerate(answers.reshape(n, -1).T):
            costs = (values[:, None] - values).abs().sum(dim=1)
            best[p] = values[costs.argmin()]
        return best.reshape(shape)
        """,
        """
        n = answers.shape[0]
        flat = answers.reshape(n, -1).T
        out = torch.stack([row.sort().values[n // 2] for row in flat])
        return out.reshape(answers.shape[1:])
        """,
        """
        cost = (answers[:, None] - answers[None]).abs().sum(1)
        return torch.gather(answers, 0, cost.argmin(0, keepdim=True))[0]
        """,
        """
        import statistics

        out = torch.empty_like(answers[0])
        for i in np.ndindex(*out.shape):
            out[i] = statistics.median_high([float(a[i]) for a in answers])
        return out
        """,
    ],
    wrong={
        "answers.kthvalue((answers.shape[0] + 1) // 2, dim=0)": "take its .values",
        "answers.flatten(1).median(0).values": "shape is",
        "(answers - answers.median(0).values).abs().mean(0)": OTHERWISE,
        """
            x = answers.mean(0)
            for _ in range(10):
                x = x - 0.01 * (x - answers).sign().mean(0)
            return x
            """: OTHERWISE,
        "answers.mean(dim=0)": "took the mean",
        "answers.median()": "shape is",
        "answers.median(dim=0)": "take its .values",
        "answers.median(dim=1).values": "shape is",
        "answers.median(dim=0, keepdim=True).values": "keepdim",
        "answers.median().expand_as(answers[0])": "one median for all pixels",
        "(answers.amin(dim=0) + answers.amax(dim=0)) / 2": "middle of the extremes",
        "answers[len(answers) // 2]": "unsorted list",
        "answers.sort(dim=0).values[len(answers) // 2 - 1]": "beside the middle",
        "answers.sort(dim=0).values[len(answers) // 2 + 1]": "beside the middle",
        "answers.sort().values[len(answers) // 2]": OTHERWISE,
        "answers.mode(dim=0).values": "smallest",
        "answers.amin(dim=0)": "smallest",
        "answers.amax(dim=0)": "largest",
        "answers.abs().median(dim=0).values": "without their signs",
        "answers[(answers - answers.mean(dim=0)).abs().flatten(1).sum(dim=1).argmin()]": (
            OTHERWISE
        ),
        "answers[torch.cdist(answers.flatten(1), answers.flatten(1), 1).sum(1).argmin()]": (
            "one of the given images"
        ),
        "answers.median(dim=0).indices": "the number of the image|int64",
        "answers.round().median(dim=0).values": "rounded",
        "answers.clamp(0, 1).median(dim=0).values": "clamped",
        "answers.sum(dim=0)": "the sum of the answers",
        "(answers.max(0).values + answers.min(0).values) / 2": "the middle of the extremes",
        "answers[answers.abs().sum((1, 2, 3)).argmin()]": "you took one of the given images, the",
    },
)

PATCH = """
size, jump = 1, 1
for k, s in zip(kernels, strides):
    size += (k - 1) * jump
    jump *= s
return size
"""
PATCHES = Answers(
    exercise="patch_size",
    head="def patch_size(kernels, strides):",
    right=[
        """
            if not kernels:
                return 1
            return (patch_size(kernels[1:], strides[1:]) - 1) * strides[0] + kernels[0]
            """,
        "torch.tensor(1 + sum((k - 1) * math.prod(strides[:i]) for i, k in enumerate(kernels)))",
        PATCH,
        "1 + sum((k - 1) * math.prod(strides[:i]) for i, k in enumerate(kernels))",
        """
        size = 1
        for k, s in zip(reversed(kernels), reversed(strides)):
            size = (size - 1) * s + k
        return size
        """,
        """
        steps = np.cumprod([1] + list(strides))[:-1]
        return 1 + int(((np.array(kernels) - 1) * steps).sum())
        """,
        """
        if not kernels:
            return 1
        rest = patch_size(kernels[1:], strides[1:])
        return (rest - 1) * strides[0] + kernels[0]
        """,
        """
        first, last = 0, 0
        for k, s in zip(kernels[::-1], strides[::-1]):
            first, last = first * s, last * s + k - 1
        return torch.tensor(last - first + 1)
        """,
        """
        total = 1
        for k, s in reversed(list(zip(kernels, strides))):
            total = (total - 1) * s + k
        return total
        """,
        """
        jumps = np.concatenate([[1], np.cumprod(strides)[:-1]]) if len(strides) else np.array([])
        return int(1 + np.dot(np.array(kernels) - 1, jumps))
        """,
        """
        def go(i, jump):
            if i == len(kernels):
                return 1
            return jump * (kernels[i] - 1) + go(i + 1, jump * strides[i])

        return float(go(0, 1))
        """,
    ],
    wrong={
        """
            n = 1
            for k, s in zip(kernels, strides):
                n += (k - 1) * s
            return n
            """: "layer's own stride: its step",
        """
            n, j = kernels[0], strides[0]
            for k, s in zip(kernels, strides):
                n += (k - 1) * j
                j *= s
            return n
            """: "first layer twice",
        """
            n, j = 1, 1
            for k, s in zip(kernels, strides):
                n += (k - 1) * j
                j *= s
            return n, j
            """: "return one number",
        """
            kernels.reverse()
            strides.reverse()
            n = 1
            for k, s in zip(kernels, strides):
                n = (n - 1) * s + k
            return n
            """: "changed its argument",
        """
            n, j = 1, 1
            for k, s in zip(kernels, strides):
                n += (k - 1) * j
                j *= s
            return n**2
            """: "square of the right one",
        "1 + sum(k - 1 for k in kernels)": "added the kernels",
        "sum(kernels)": "summed the kernels",
        "sum((k - 1) * math.prod(strides[:i]) for i, k in enumerate(kernels))": "first 1",
        "1 + sum((k - 1) * math.prod(strides[: i + 1]) for i, k in enumerate(kernels))": (
            "own stride"
        ),
        PATCH.replace(
            "size += (k - 1) * jump\n    jump *= s", "jump *= s\n    size += (k - 1) * jump"
        ): ("own stride"),
        PATCH.replace("(k - 1)", "k"): "k − 1, not k",
        PATCH.replace("size, jump = 1, 1", "size, jump = 0, 1"): "first 1",
        PATCH.replace("zip(kernels, strides)", "zip(kernels[::-1], strides[::-1])"): (
            "last layer to the first"
        ),
        PATCH.replace("jump *= s", "jump += s"): "the strides multiply",
        PATCH.replace("jump *= s", "jump = s"): "the stride just before",
        PATCH.replace("return size", "return jump"): "product of all strides",
        PATCH.replace("size += (k - 1) * jump", "size *= k"): "you multiplied the kernels",
        PATCH.replace(
            "zip(kernels, strides)", "zip(kernels[:-1], strides)"
        ): "last layer is missing",
        PATCH.replace(
            "zip(kernels, strides)", "zip(kernels[1:], strides[1:])"
        ): "first layer is missing",
        PATCH.replace("return size", "return size**2"): "square",
        "math.prod(kernels)": "you multiplied the kernels",
        PATCH.replace("return size", "print(size)"): "returned None",
        PATCH.replace("return size", "return [size]"): "list",
        """
        size, jump = 1, 1
        for kernel, stride in zip(kernels, strides):
            jump *= stride
            size += (kernel - 1) * jump
        return size
        """: "you counted a layer",
        """
        size, jump = 1, 1
        for kernel, stride in zip(kernels, strides):
            size += kernel * jump
            jump *= stride
        return size
        """: "a layer adds k − 1, not k, in steps of",
        """
        size, jump = 1, 1
        for kernel, stride in zip(kernels, strides):
            size += (kernel - 1) * jump
            jump += stride
        return size
        """: "the strides multiply",
        """
        size, jump = 0, 1
        for kernel, stride in zip(kernels, strides):
            size += (kernel - 1) * jump
            jump *= stride
        return size
        """: "you forgot the first 1 in the formula",
        """
        size = 1
        for kernel, stride in zip(kernels, strides):
            size = size * stride + kernel - 1
        return size
        """: "you multiplied the size so far by the",
        """
        size, jump = 1, 1
        for kernel, stride in zip(kernels, strides):
            size += (kernel - 1) * jump
            jump *= stride
            return size
        """: "this is the first layer alone",
        """
        size = 1
        for k, s in zip(reversed(kernels), reversed(strides)):
            size = size * s + k
        return size
        """: "you added k, not k − 1, on the way from",
        "sum(k * s for k, s in zip(kernels, strides))": "you added up the kernels times their",
        """
        return kernels[0] + sum((k - 1) * s for k, s in zip(kernels[1:], strides[:-1]))
        """: "you took the stride just before a",
    },
)

NET = """
kept, y = [], x
for layer in down:
    y = layer(y)
    kept.append(y)
y = kept.pop()
for layer in up:
    y = torch.cat([layer(y), kept.pop()], dim=1)
return last(y, x)
"""
NETS = Answers(
    exercise="u_net",
    head="def u_net(x, down, up, last):",
    right=[
        """
            s, t = [], x
            for d in down:
                s.append(t)
                t = d(t)
            for u in up:
                t = torch.cat([u(t), s.pop()], 1)
            return last(t, x)
            """,
        NET,
        """
        maps = [x]
        for layer in down:
            maps.append(layer(maps[-1]))
        y = maps[-1]
        for layer, skip in zip(up, reversed(maps[1:-1])):
            y = torch.cat((layer(y), skip), 1)
        return last(y, x)
        """,
        """
        def inside(y, i):
            y = down[i](y)
            if i == len(down) - 1:
                return y
            deep = inside(y, i + 1)
            return torch.cat([up[len(up) - 1 - i](deep), y], dim=1)

        return last(inside(x, 0), x)
        """,
        """
        kept = []
        y = x
        for i in range(len(down)):
            if i:
                kept = [y] + kept
            y = down[i](y)
        for i in range(len(up)):
            y = torch.concat([up[i](y), kept[i]], dim=-3)
        return last(y, x)
        """,
        """
        first, *others = down
        y = first(x)
        stack = []
        for layer in others:
            stack.append(y.clone())
            y = layer(y)
        for layer in up:
            y = layer(y)
            y = torch.hstack([y, stack.pop(-1)])
        image = last(y, x)
        return image
        """,
        """
        def go(t, i):
            y = down[i](t)
            if i == len(down) - 1:
                return y
            below = go(y, i + 1)
            return torch.cat((up[len(down) - 2 - i](below), y), 1)

        return last(go(x, 0), x)
        """,
        """
        feats = [x]
        for d in down:
            feats.append(d(feats[-1]))
        t = feats[-1]
        for u, f in zip(up, feats[-2:0:-1]):
            a = u(t)
            joined = a.new_zeros(a.shape[0], a.shape[1] + f.shape[1], *a.shape[2:])
            joined[:, : a.shape[1]] += a
            joined[:, a.shape[1] :] += f
            t = joined
        return last(t, x)
        """,
        """
        import itertools

        ways = list(itertools.accumulate(down, lambda t, layer: layer(t), initial=x))[1:]
        maps = ways[-1]
        i = 0
        while i < len(up):
            maps = torch.concatenate([up[i](maps), ways[-2 - i]], axis=1)
            i = i + 1
        return last(maps, x)
        """,
        """
        kept = {}
        h = x
        for i in range(len(down)):
            kept[i] = h = down[i](h)
        for j, layer in enumerate(up):
            h = torch.hstack((layer(h), kept[len(down) - 2 - j]))
        return last(h, x)
        """,
    ],
    wrong={
        """
            s, t = [], x
            for d in down:
                t = d(t)
                s.append(t)
            for u, k in zip(up, s[-2::-1]):
                t = torch.cat([u(t), k], 1)
            return t
            """: "shape is",
        """
            s, t = [], x
            while down:
                t = down.pop(0)(t)
                s.append(t)
            for u, k in zip(up, s[-2::-1]):
                t = torch.cat([u(t), k], 1)
            return last(t, x)
            """: "changed its argument down",
        """
            s, t = [], x
            for d in down:
                t = d(t)
                s.append(t)
            for u, k in zip(up, s[-2::-1]):
                t = torch.cat([u(t), k], 1)
            return last(t)
            """: "it raised TypeError",
        """
            s, t = [], x
            for d in down:
                t = d(t)
                s.append(t)
            t = 0 * t
            for u, k in zip(up, s[-2::-1]):
                t = torch.cat([u(t), k], 1)
            return last(t, x)
            """: OTHERWISE,
        NET.replace("[layer(y), kept.pop()]", "[kept.pop(), layer(y)]"): "way down first",
        NET.replace("[layer(y), kept.pop()]", "[layer(y), torch.zeros_like(kept.pop())]"): (
            "skips are empty"
        ),
        NET.replace("y = kept.pop()\n", ""): "raised RuntimeError",
        NET.replace("kept.pop()], ", "kept.pop(0)], "): "raised RuntimeError",
        NET.replace("torch.cat([layer(y), kept.pop()], dim=1)", "layer(y)"): "raised RuntimeError",
        NET.replace("torch.cat([layer(y), kept.pop()], dim=1)", "layer(y) + kept.pop()"): (
            "raised RuntimeError"
        ),
        NET.replace("dim=1", "dim=0"): "raised RuntimeError",
        NET.replace("dim=1", "dim=2"): "raised RuntimeError",
        NET.replace("last(y, x)", "last(y, 0 * x)"): "x out of the last",
        NET.replace("last(y, x)", "y"): "shape is",
        NET.replace("last(y, x)", "last(y)"): "raised TypeError",
        NET.replace("last(y, x)", "last(x, y)"): "raised RuntimeError",
        NET.replace("y = layer(y)", "y = layer(x)"): "raised RuntimeError",
        NET.replace("return ", "image = "): "returned None",
        """
        kept, y = [], x
        for layer in down:
            y = layer(y)
            kept.append(y)
        y = kept.pop()
        for layer in up:
            new = layer(y)
            y = torch.cat([new, new], dim=1)
        return last(y, x)
        """: "way up with themselves",
        NET.replace("return last(y, x)", "return last(y, x).clamp(0, 1)"): r"clamped to \[0, 1\]",
        NET.replace("return last(y, x)", "return torch.sigmoid(last(y, x))"): OTHERWISE,
        NET.replace(
            "y = layer(y)\n    kept.append(y)", "y = torch.relu(layer(y))\n    kept.append(y)"
        ): (OTHERWISE),
        NET.replace("[layer(y), kept.pop()]", "[layer(y), kept.pop().relu()]"): OTHERWISE,
        """
        kept, y = [], x
        for layer in down:
            y = layer(y)
            kept.append(y)
        y = kept.pop()
        for layer in up:
            y = layer(torch.cat([y, kept.pop()], dim=1))
        return last(y, x)
        """: "you joined before the layer of",
        """
        kept, y = [], x
        for layer in down:
            y = layer(y)
            kept.append(y)
        y = kept.pop()
        for layer in up[::-1]:
            y = torch.cat([layer(y), kept.pop()], dim=1)
        return last(y, x)
        """: "you went through",
        """
        kept, y = [], x
        for layer in down:
            y = layer(y)
            kept.append(y)
        y = kept.pop()
        for layer, way in zip(up, kept):
            y = torch.cat([layer(y), way], dim=1)
        return last(y, x)
        """: "you took the kept maps from the first",
        """
        kept, y = [], x
        for layer in down:
            y = layer(y)
            kept.append(y)
        y = kept.pop()
        for layer in up:
            y = layer(y)
            y = torch.cat([y, y], dim=1)
        return last(y, x)
        """: "you joined the maps of the way up with",
    },
)

SIGHT = """
y = torch.rand(1, 1, *shape, requires_grad=True)
logits = D(y)[0]
h, w = logits.shape
logits[h // 2, w // 2].backward()
return (y.grad[0, 0] != 0).float()
"""
SIGHTS = Answers(
    exercise="sees",
    head="def sees(D, shape):",
    right=[
        """
            f = lambda v: (lambda t: t[0, t.shape[1] // 2, t.shape[2] // 2])(D(v[None, None]))
            g = torch.func.grad(f)(torch.rand(*shape))
            return g != 0
            """,
        SIGHT,
        """
        H, W = shape
        y = torch.zeros(1, 1, H, W).requires_grad_()
        out = D(y)
        _, h, w = out.shape
        slope = torch.autograd.grad(out[0, h // 2, w // 2], y)[0]
        return slope.squeeze().abs().gt(0).to(torch.float64).reshape(H, W)
        """,
        """
        def middle(y):
            logits = D(y[None, None])[0]
            return logits[logits.shape[0] // 2, logits.shape[1] // 2]

        return (torch.func.grad(middle)(torch.randn(*shape)) != 0).double()
        """,
        """
        y = torch.randn(1, 1, *shape)
        with torch.no_grad():
            start = D(y)[0]
            at = start.shape[0] // 2, start.shape[1] // 2
            seen = torch.zeros(shape)
            for i in range(shape[0]):
                for j in range(shape[1]):
                    moved = y.clone()
                    moved[0, 0, i, j] += 10.0
                    seen[i, j] = float(D(moved)[0][at] != start[at])
        return seen
        """,
        """
        y = torch.ones(1, 1, *shape, requires_grad=True)
        logits = D(y)
        pick = torch.zeros_like(logits)
        pick[0, logits.shape[1] // 2, logits.shape[2] // 2] = 1
        (logits * pick).sum().backward()
        return torch.where(y.grad[0, 0] == 0, 0.0, 1.0)
        """,
        SIGHT.replace("(y.grad[0, 0] != 0).float()", "y.grad[0, 0] != 0"),
        """
        H, W = shape
        y = torch.randn(1, 1, H, W).requires_grad_()
        out = D(y)
        h, w = out.shape[1:]
        (g,) = torch.autograd.grad(out[0, h // 2, w // 2], y)
        return g.squeeze().abs().gt(0).to(torch.float32).reshape(H, W)
        """,
        """
        H, W = shape

        def middle(v):
            o = D(v.view(1, 1, H, W))
            return o[0, o.shape[1] // 2, o.shape[2] // 2]

        J = torch.autograd.functional.jacobian(middle, torch.rand(H * W))
        return torch.where(J != 0, 1.0, 0.0).view(H, W)
        """,
        """
        image = torch.nn.Parameter(torch.rand((1, 1) + tuple(shape)))
        logits = D(image)
        pick = torch.zeros_like(logits)
        pick[0, logits.shape[-2] // 2, logits.shape[-1] // 2] = 1
        logits.backward(gradient=pick)
        return torch.from_numpy((image.grad.numpy()[0, 0] != 0).astype(float))
        """,
        """
        H, W = shape
        x = torch.rand(1, 1, H, W)

        def mid(t):
            with torch.no_grad():
                o = D(t)[0]
            return o[o.shape[0] // 2, o.shape[1] // 2].item()

        base = mid(x)
        out = torch.zeros(H, W)
        for i in range(H):
            for j in range(W):
                t = x.clone()
                t[0, 0, i, j] += 3.0
                out[i, j] = float(mid(t) != base)
        return out
        """,
    ],
    wrong={
        """
            u = torch.rand(1, 1, *shape, requires_grad=True)
            t = D(u)
            t[0, t.shape[1] // 2, t.shape[2] // 2].backward()
            return (u.grad != 0).float()
            """: "keepdim",
        """
            u = torch.rand(1, 1, *shape, requires_grad=True)
            t = D(u)
            t[0, t.shape[1] // 2, t.shape[2] // 2].backward()
            return (u.grad[0, 0] != 0).nonzero()
            """: "shape is",
        """
            u = torch.rand(1, 1, *shape[::-1], requires_grad=True)
            t = D(u)
            t[0, t.shape[1] // 2, t.shape[2] // 2].backward()
            return (u.grad[0, 0] != 0).float()
            """: "rows and columns",
        """
            u = torch.rand(1, 1, *shape, requires_grad=True)
            t = D(u)
            t[0, t.shape[1] // 2].sum().backward()
            return (u.grad[0, 0] != 0).float()
            """: "you took the whole middle row",
        SIGHT.replace("logits[h // 2, w // 2]", "logits.sum()"): "all outputs",
        SIGHT.replace("logits[h // 2, w // 2]", "logits.mean()"): "all outputs",
        SIGHT.replace("logits[h // 2, w // 2]", "logits[0, 0]"): "first output",
        SIGHT.replace("logits[h // 2, w // 2]", "logits[-1, -1]"): "last output",
        SIGHT.replace("logits[h // 2, w // 2]", "logits[(h - 1) // 2, (w - 1) // 2]"): "h // 2",
        SIGHT.replace("logits[h // 2, w // 2]", "logits[h / 2, w / 2]"): "raised",
        SIGHT.replace("logits[h // 2, w // 2]", "logits[h // 2]"): "raised RuntimeError",
        SIGHT.replace("!= 0", "> 0"): "positive slopes only",
        SIGHT.replace("!= 0", "== 0"): "not seen",
        SIGHT.replace("(y.grad[0, 0] != 0).float()", "y.grad[0, 0]"): "returned the slopes",
        SIGHT.replace("(y.grad[0, 0] != 0).float()", "(y.grad != 0).float()"): "keepdim|shape is",
        SIGHT.replace("(y.grad[0, 0] != 0).float()", "(y.grad[0, 0] != 0).float().T"): (
            "rows and columns"
        ),
        SIGHT.replace("(y.grad[0, 0] != 0).float()", "(y.grad[0, 0] != 0).sum().float()"): "shape",
        SIGHT.replace(", requires_grad=True", ""): "raised AttributeError|raised TypeError",
        SIGHT.replace("*shape", "shape[0], shape[0]"): "shape is",
        SIGHT.replace("h // 2, w // 2", "w // 2, h // 2"): "exchanged the two indices|raised Index",
        SIGHT.replace("return ", "seen = "): "returned None",
        SIGHT.replace("y.grad[0, 0] != 0", "y[0, 0] != 0"): "every pixel",
        SIGHT.replace("(y.grad[0, 0] != 0).float()", "torch.ones(shape)"): "every pixel",
        """
        y = torch.rand(1, 1, *shape, requires_grad=True)
        D(y).sum().backward()
        return (y.grad[0, 0] != 0).float()
        """: "you asked for all outputs",
        """
        y = torch.rand(1, 1, *shape, requires_grad=True)
        logits = D(y)[0]
        logits[0, 0].backward()
        return (y.grad[0, 0] != 0).float()
        """: "you took the first output, in the corner",
        """
        y = torch.zeros(1, 1, *shape, requires_grad=True)
        logits = D(y)[0]
        h, w = logits.shape
        logits[h // 2, w // 2].backward()
        return (y.grad[0, 0].abs() > 0.01).float()
        """: "you set a threshold for the slopes",
        """
        H, W = shape
        y = torch.rand(1, 1, H, W, requires_grad=True)
        logits = D(y)[0]
        logits[H // 2, W // 2].backward()
        return (y.grad[0, 0] != 0).float()
        """: "you took the middle of the image, not",
        """
        y = torch.rand(1, 1, *shape, requires_grad=True)
        logits = D(y)[0]
        logits.mean().backward()
        return (y.grad[0, 0] != 0).float()
        """: "you asked for all outputs",
        """
        y = torch.rand(1, 1, *shape, requires_grad=True)
        logits = D(y)[0]
        h, w = logits.shape
        logits[h // 2].sum().backward()
        return (y.grad[0, 0] != 0).float()
        """: "you took the whole middle row",
        """
        y = torch.rand(1, 1, *shape, requires_grad=True)
        t = D(y)[0]
        t[t.shape[1] // 2, t.shape[0] // 2].backward()
        return (y.grad[0, 0] != 0).float()
        """: "you exchanged the two indices of the",
        """
        y = torch.rand(1, 1, *shape, requires_grad=True)
        t = D(y)[0]
        t[shape[0] // 2, shape[1] // 2].backward()
        return (y.grad[0, 0] != 0).float()
        """: "you took the middle of the image, not",
    },
)

STEP = """
y_hat = G(x)
loss_D = losses.discriminator_loss(D(y, x), D(y_hat.detach(), x))
opt_D.zero_grad()
(loss_D / 2).backward()
opt_D.step()

loss_G = losses.generator_loss(D(y_hat, x)) + lam * F.l1_loss(y_hat, y)
opt_G.zero_grad()
loss_G.backward()
opt_G.step()
return loss_D.item(), loss_G.item()
"""
FOOLED, L1 = "losses.generator_loss(D(y_hat, x))", "lam * F.l1_loss(y_hat, y)"
RETURN = "return loss_D.item(), loss_G.item()"
STEPS = Answers(
    exercise="pix2pix_step",
    head="def pix2pix_step(G, D, x, y, lam, opt_G, opt_D):",
    right=[
        """
            f = G(x)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(y, x), D(f.detach(), x))
            ld.backward()
            for p in D.parameters():
                p.grad *= 0.5
            opt_D.step()
            opt_G.zero_grad()
            lg = losses.generator_loss(D(f, x)) + lam * (f - y).abs().mean()
            lg.backward()
            opt_G.step()
            return ld.item(), lg.item()
            """,
        """
            f = G(x)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(y, x), D(f.detach(), x))
            (ld / 2).backward()
            opt_D.step()
            opt_G.zero_grad()
            lg = losses.generator_loss(D(f, x)) + lam * (f - y).abs().mean()
            lg.backward()
            opt_G.step()
            return torch.stack([ld, lg]).tolist()
            """,
        STEP,
        """
        opt_D.zero_grad(set_to_none=True)
        painted = G(x)
        loss_D = F.softplus(-D(y, x)).mean() + F.softplus(D(painted.detach(), x)).mean()
        loss_D.mul(0.5).backward()
        opt_D.step()
        opt_G.zero_grad(set_to_none=True)
        loss_G = F.softplus(-D(painted, x)).mean() + lam * (painted - y).abs().mean()
        loss_G.backward()
        opt_G.step()
        return loss_D, loss_G
        """,
        """
        D.zero_grad()
        with torch.no_grad():
            y_hat = G(x)
        real = losses.discriminator_loss(D(y, x), D(y_hat, x)) / 2
        real.backward()
        opt_D.step()
        D.requires_grad_(False)
        G.zero_grad()
        y_hat = G(x)
        loss_G = losses.generator_loss(D(y_hat, x)) + lam * F.l1_loss(y_hat, y)
        loss_G.backward()
        opt_G.step()
        D.requires_grad_(True)
        return 2 * real.item(), loss_G.item()
        """,
        """
        y_hat = G(x)
        true, false = D(y, x), D(y_hat.detach(), x)
        yes, no = torch.ones_like(true), torch.zeros_like(false)
        loss_D = F.binary_cross_entropy_with_logits(true, yes)
        loss_D = loss_D + F.binary_cross_entropy_with_logits(false, no)
        for p, d in zip(D.parameters(), torch.autograd.grad(loss_D, list(D.parameters()))):
            p.grad = d / 2
        opt_D.step()
        loss_G = F.binary_cross_entropy_with_logits(D(y_hat, x), yes) + lam * F.l1_loss(y_hat, y)
        for p, d in zip(G.parameters(), torch.autograd.grad(loss_G, list(G.parameters()))):
            p.grad = d
        opt_G.step()
        return [loss_D.item(), loss_G.item()]
        """,
        """
        y_hat = G(x)
        loss_D = losses.discriminator_loss(D(y, x), D(y_hat, x))
        opt_D.zero_grad()
        (0.5 * loss_D).backward(retain_graph=True)
        opt_D.step()
        opt_G.zero_grad()
        loss_G = losses.generator_loss(D(y_hat, x)) + lam * torch.mean(torch.abs(y - y_hat))
        loss_G.backward()
        opt_G.step()
        return loss_D.detach(), loss_G.detach()
        """,
        """
        with torch.no_grad():
            shown = G(x)
        opt_D.zero_grad()
        d = losses.discriminator_loss(D(y, x), D(shown, x))
        (0.5 * d).backward()
        opt_D.step()
        opt_G.zero_grad()
        p = G(x)
        g = losses.generator_loss(D(p, x)) + lam * F.l1_loss(p, y)
        g.backward()
        opt_G.step()
        return d.item(), g.item()
        """,
        """
        p = G(x)
        wd = [w for w in D.parameters()]
        wg = [w for w in G.parameters()]
        d = F.softplus(-D(y, x)).mean() + F.softplus(D(p.detach(), x)).mean()
        for w, g in zip(wd, torch.autograd.grad(d, wd)):
            w.grad = g / 2
        opt_D.step()
        e = F.softplus(-D(p, x)).mean() + lam * (y - p).abs().sum() / y.numel()
        for w, g in zip(wg, torch.autograd.grad(e, wg)):
            w.grad = g
        opt_G.step()
        return d.item(), e.item()
        """,
        """
        def learn(opt, loss, share):
            opt.zero_grad()
            torch.mul(loss, share).backward()
            opt.step()
            return loss.item()

        p = G(x)
        first = learn(opt_D, losses.discriminator_loss(D(y, x), D(p.clone().detach(), x)), 1 / 2)
        D.requires_grad_(False)
        try:
            second = learn(
                opt_G, torch.mean(torch.abs(p - y)) * lam + losses.generator_loss(D(p, x)), 1
            )
        finally:
            D.requires_grad_(True)
        return first, second
        """,
        """
        p = G(x)
        real, fake = D(y, x), D(p.detach(), x)
        half = losses.discriminator_loss(real, fake) / 2
        opt_D.zero_grad(set_to_none=False)
        half.backward()
        opt_D.step()
        opt_G.zero_grad(set_to_none=False)
        loss = losses.generator_loss(D(p, x)) + lam * (p - y).abs().mean()
        loss.backward()
        opt_G.step()
        return half.item() * 2, loss.item()
        """,
    ],
    wrong={
        """
            f = G(x)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(x, y), D(x, f.detach()))
            (ld / 2).backward()
            opt_D.step()
            opt_G.zero_grad()
            lg = losses.generator_loss(D(x, f)) + lam * (f - y).abs().mean()
            lg.backward()
            opt_G.step()
            return ld.item(), lg.item()
            """: "the map first",
        """
            f = G(x)
            opt_D.zero_grad()
            opt_G.zero_grad()
            ld = losses.discriminator_loss(D(y, x), D(f.detach(), x))
            lg = losses.generator_loss(D(f, x)) + lam * (f - y).abs().mean()
            (ld / 2 + lg).backward()
            opt_D.step()
            opt_G.step()
            return ld.item(), lg.item()
            """: "before D's step",
        """
            f = G(x)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(y, x), D(f.detach(), x))
            (2 * ld).backward()
            opt_D.step()
            opt_G.zero_grad()
            lg = losses.generator_loss(D(f, x)) + lam * (f - y).abs().mean()
            lg.backward()
            opt_G.step()
            return ld.item(), lg.item()
            """: "four times",
        """
            f = G(x)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(y, x), D(f.detach(), x))
            (ld / 2).backward()
            opt_D.step()
            opt_G.zero_grad()
            lg = losses.generator_loss(D(f, x)) + lam / 2 * (f - y).abs().mean()
            lg.backward()
            opt_G.step()
            return ld.item(), lg.item()
            """: OTHERWISE,
        """
            f = G(x)
            opt_D.zero_grad()
            ld = losses.discriminator_loss(D(y, x), D(f.detach(), x))
            (ld / 2).backward()
            opt_D.step()
            opt_G.zero_grad()
            lg = losses.generator_loss(D(f.detach(), x)) + lam * (f - y).abs().mean()
            lg.backward()
            opt_G.step()
            return ld.item(), lg.item()
            """: "judges a detached image",
        STEP.replace("(loss_D / 2)", "loss_D"): "forgot the ½",
        STEP.replace("(loss_D / 2)", "(2 * loss_D)"): "D's weights .* four times",
        STEP.replace("(loss_D / 2)", "(-loss_D / 2)"): "D's weights .* wrong sign",
        STEP.replace("D(y, x), D(y_hat.detach(), x)", "D(y_hat.detach(), x), D(y, x)"): (
            "exchanged what D"
        ),
        STEP.replace(".detach()", ""): "second time",
        STEP.replace(
            "losses.discriminator_loss(D(y, x), D(y_hat.detach(), x))",
            "losses.generator_loss(D(y, x))",
        ): "no painted image",
        STEP.replace("D(y, x), D(y_hat.detach(), x)", "D(x, y), D(x, y_hat.detach())"): OTHERWISE,
        STEP.replace(
            "D(y, x), D(y_hat.detach(), x)", "D(y), D(y_hat.detach())"
        ): "raised TypeError",
        STEP.replace("opt_D.zero_grad()\n", ""): "D's gradients from G's step",
        STEP.replace("opt_G.zero_grad()\n", ""): "G's gradients from its last",
        STEP.replace("opt_D.zero_grad()\n", "").replace("opt_G.zero_grad()\n", ""): "no gradient",
        STEP.replace("opt_D.step()\n", ""): "D's weights never change",
        STEP.replace("opt_G.step()\n", ""): "G's weights never change",
        STEP.replace("loss_G.backward()\n", ""): "G's weights never change",
        STEP.replace("y_hat = G(x)", "y_hat = G(x).detach()"): "G's weights never change",
        STEP.replace(L1, "lam * F.mse_loss(y_hat, y)"): "squared",
        STEP.replace(L1, "lam * (y_hat - y).abs().sum()"): "L1 term is a sum",
        STEP.replace(L1, "F.l1_loss(y_hat, y)"): "factor λ",
        STEP.replace(L1, "lam * (y_hat - y).mean()"): OTHERWISE,
        STEP.replace(FOOLED + " + lam * F", f"lam * {FOOLED} + F"): "wrong term",
        STEP.replace(" + " + L1, ""): "no L1 term",
        STEP.replace(FOOLED + " + ", ""): "no term from D",
        STEP.replace(FOOLED, "losses.generator_loss(-D(y_hat, x))"): "helps D",
        STEP.replace(FOOLED, "-F.softplus(D(y_hat, x)).mean()"): "log\\(1 − D\\)",
        STEP.replace(FOOLED, "losses.generator_loss(D(y_hat.detach(), x))"): (
            "judges a detached image"
        ),
        STEP.replace(RETURN, "return loss_G.item(), loss_D.item()"): "exchanged the two losses",
        STEP.replace(RETURN, "return loss_D.item() / 2, loss_G.item()"): "half of D's loss",
        STEP.replace(RETURN, "return loss_D.item() + loss_G.item()"): "two losses",
        STEP.replace(RETURN, ""): "returned None",
        """
        y_hat = G(x)
        loss_D = losses.discriminator_loss(D(y, x), D(y_hat.detach(), x))
        loss_G = losses.generator_loss(D(y_hat, x)) + lam * F.l1_loss(y_hat, y)
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        opt_D.zero_grad()
        (loss_D / 2).backward()
        opt_D.step()
        return loss_D.item(), loss_G.item()
        """: "D from before its step",
        """
        y_hat = G(x)
        loss_D = losses.discriminator_loss(D(y, x), D(y_hat.detach(), x))
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        loss_G = losses.generator_loss(D(y_hat, x)) + lam * (y_hat - y).abs().mean()
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "you forgot the ½ of D",
        """
        y_hat = G(x)
        loss_D = losses.discriminator_loss(D(x, y), D(x, y_hat.detach()))
        opt_D.zero_grad()
        (loss_D / 2).backward()
        opt_D.step()
        loss_G = losses.generator_loss(D(x, y_hat)) + lam * (y_hat - y).abs().mean()
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "you gave D the map first",
        """
        y_hat = G(x)
        loss_D = losses.discriminator_loss(D(y, x), D(y_hat.detach(), x)) / 2
        opt_D.zero_grad()
        loss_D.backward()
        opt_D.step()
        loss_G = losses.generator_loss(D(y_hat, x)) + lam * (y_hat - y).abs().mean()
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "you returned half of D",
        """
        y_hat = G(x)
        loss_D = losses.discriminator_loss(D(y, x), D(y_hat.detach(), x))
        opt_D.zero_grad()
        (loss_D / 2).backward()
        opt_D.step()
        loss_G = losses.generator_loss(D(y_hat, x)) + lam * (y_hat - y).square().mean()
        opt_G.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "the difference is squared",
        """
        y_hat = G(x)
        loss_D = losses.discriminator_loss(D(y, x), D(y_hat.detach(), x))
        opt_D.zero_grad()
        (loss_D / 2).backward()
        opt_D.step()
        loss_G = losses.generator_loss(D(y_hat, x)) + lam * (y_hat - y).abs().mean()
        opt_D.zero_grad()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "s gradients from its last step are",
        """
        y_hat = G(x)
        loss_D = losses.discriminator_loss(D(y, x), D(y_hat, x))
        opt_D.zero_grad()
        (loss_D / 2).backward(retain_graph=True)
        loss_G = losses.generator_loss(D(y_hat, x)) + lam * (y_hat - y).abs().mean()
        opt_D.step()
        loss_G = losses.generator_loss(D(y_hat, x)) + lam * (y_hat - y).abs().mean()
        loss_G.backward()
        opt_G.step()
        return loss_D.item(), loss_G.item()
        """: "s gradients are never set to zero",
        """
        p = G(x)
        d = losses.discriminator_loss(D(y, x), D(p.detach(), x))
        opt_D.zero_grad()
        (d / 2).backward()
        opt_D.step()
        g = losses.generator_loss(D(p, x)) / 2 + lam * (p - y).abs().mean()
        opt_G.zero_grad()
        g.backward()
        opt_G.step()
        return d.item(), g.item()
        """: "you halved D",
        """
        p = G(x)
        d = losses.discriminator_loss(D(y, x), D(p.detach(), x))
        opt_D.zero_grad()
        (d / 2).backward()
        opt_D.step()
        g = losses.generator_loss(D(p, x)) + lam * (p - x.mean(1, keepdim=True)).abs().mean()
        opt_G.zero_grad()
        g.backward()
        opt_G.step()
        return d.item(), g.item()
        """: OTHERWISE,
        """
        p = G(x)
        d = losses.discriminator_loss(D(y, x), D(p.detach(), y))
        opt_D.zero_grad()
        (d / 2).backward()
        opt_D.step()
        g = losses.generator_loss(D(p, x)) + lam * (p - y).abs().mean()
        opt_G.zero_grad()
        g.backward()
        opt_G.step()
        return d.item(), g.item()
        """: OTHERWISE,
        """
        p = G(x)
        d = losses.discriminator_loss(D(y, x), D(p.detach(), x))
        opt_D.zero_grad()
        (d / 2).backward()
        opt_D.step()
        g = losses.generator_loss(D(p, x)) + lam * (p - y).abs().sum()
        opt_G.zero_grad()
        g.backward()
        opt_G.step()
        return d.item(), g.item()
        """: "the L1 term is a sum",
        """
        p = G(x)
        d = losses.discriminator_loss(D(y, x), D(p.detach(), x))
        opt_D.zero_grad()
        (d / 2).backward()
        opt_D.step()
        g = losses.generator_loss(D(p.detach(), x)) + lam * (p - y).abs().mean()
        opt_G.zero_grad()
        g.backward()
        opt_G.step()
        return d.item(), g.item()
        """: "D judges a detached image in G",
    },
)

ANSWERS = (WITH_CLASS, CGAN_LOSSES, BEST, PATCHES, NETS, SIGHTS, STEPS)
