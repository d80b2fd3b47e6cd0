"""Answers to the exercises of notebook 06."""

from classroom.bank import OTHERWISE, Answers

OBJECTIVE = """
def latent_objective(z, y, A, G, lam):
    return (A(G(z)) - y).square().sum(dim=1) + lam * z.square().sum(dim=1)
"""
THRESHOLD = """
def soft_threshold(u, t):
    return u.sign() * (u.abs() - t).clamp(min=0)
"""
LOSSES = "from mvacourse import losses\n"

ANSWERS = (
    Answers(
        exercise="nearest_in_range",
        head="def nearest_in_range(x, W, b):",
        right=[
            """
            Q, _ = torch.linalg.qr(W)
            return Q @ (Q.T @ (x - b)) + b
            """,
            """
            U = torch.linalg.svd(W, full_matrices=False).U
            return U @ (U.T @ (x - b)) + b
            """,
            """
            z = torch.linalg.pinv(W) @ (x - b)
            return W @ z + b
            """,
            "W @ torch.linalg.lstsq(W, (x - b)[:, None]).solution.squeeze(1) + b",
            """
            z = torch.linalg.solve(W.T @ W, W.T @ (x - b))
            return b + W @ z
            """,
            """
            Q, _ = torch.linalg.qr(W)
            return b + Q @ (Q.T @ (x - b))
            """,
            """
            z = (x - b) @ torch.linalg.pinv(W).T
            return z @ W.T + b
            """,
            """
            U, S, V = torch.linalg.svd(W, full_matrices=False)
            d = x - b
            return sum((U[:, i] @ d) * U[:, i] for i in range(W.shape[1])) + b
            """,
            "b + W @ torch.linalg.solve(W.T @ W, W.T @ (x - b))",
            "torch.linalg.lstsq(W, (x - b)[:, None]).solution[:, 0] @ W.T + b",
            """
            Q, _ = torch.linalg.qr(W)
            return b + torch.einsum("nk,mk,m->n", Q, Q, x - b)
            """,
            """
            U = np.linalg.svd(W.numpy(), full_matrices=False)[0]
            return torch.from_numpy(b.numpy() + U @ (U.T @ (x - b).numpy()))
            """,
        ],
        wrong={
            "(W @ torch.linalg.pinv(W) @ (x - b) + b).clamp(0, 1)": "clamped",
            """
            return (
                W
                @ torch.linalg.solve(
                    W.T @ W + torch.eye(W.shape[1], dtype=W.dtype), W.T @ (x - b)
                )
                + b
            )
            """: "you added the identity to WᵀW",
            "(W @ torch.linalg.pinv(W) @ (x - b) + b)[:, None]": "keepdim",
            "(W @ torch.linalg.pinv(W) @ (x - b) + b - x).norm()": "its shape is",
            "W @ torch.linalg.pinv(W) @ x": "offset b|not add|forgot",
            "W @ torch.linalg.pinv(W) @ x + b": "did not subtract it before",
            "W @ torch.linalg.pinv(W) @ (x - b)": "did not add it again",
            "W @ W.T @ (x - b) + b": "not orthonormal",
            "torch.linalg.pinv(W) @ (x - b)": "shape",
            "x - (W @ torch.linalg.pinv(W) @ (x - b) + b)": "residual",
            "W @ torch.linalg.pinv(W) @ (x + b) - b": "signs of b",
            "W @ torch.linalg.pinv(W) @ (x - b) - b": "sign of b",
            "W.T @ torch.linalg.pinv(W.T) @ (x - b) + b": "raised",
            "W @ torch.linalg.lstsq(W, (x - b)[None]).solution[0] + b": "raised",
            "torch.linalg.pinv(W) @ (x - b) @ W + b": "raised",
            "(W @ torch.linalg.pinv(W) @ (x - b) + b)[None]": "keepdim|shape",
            """
            x -= b
            return W @ torch.linalg.pinv(W) @ x + b
            """: "changed its argument x",
            "b": "argument b, unchanged",
            """
            return x - W @ (torch.linalg.pinv(W) @ (x - b))
            """: "the sign of the nearest point of x in the range of W is",
            """
            return (W / W.norm(dim=0)) @ ((W / W.norm(dim=0)).T @ (x - b)) + b
            """: "you took the columns of W for orthogonal",
            """
            return W @ W.T @ (x - b) / (W * W).sum() + b
            """: "you divided by the sum of all squares of W",
            """
            return (W / W.norm(dim=0) ** 2) @ (W.T @ (x - b)) + b
            """: "you took the columns of W for orthogonal",
            """
            return W @ (torch.linalg.pinv(W) @ (x - b)) + x
            """: "b is missing and there is x too much",
            """
            return W @ torch.linalg.pinv(W.T @ W) @ (x[: W.shape[1]] - b[: W.shape[1]]) + b
            """: OTHERWISE,
            """
            return torch.linalg.pinv(W.T) @ torch.linalg.pinv(W) @ (x - b) + b
            """: "you applied the pseudo-inverse twice",
        },
    ),
    Answers(
        exercise="vae_step",
        head="def vae_step(net, adam, x, eps, beta):",
        before=LOSSES,
        right=[
            """
            def closure():
                adam.zero_grad()
                mu, lv = net.encode(x)
                l = losses.bce(
                    net.decode(mu + lv.exp().sqrt() * eps), x
                ) + beta * losses.kl_normal(mu, lv)
                l.backward()
                return l

            return adam.step(closure).item()
            """,
            """
            mu, lv = net.encode(x)
            loss = beta * losses.kl_normal(mu, lv) + losses.bce(
                net.decode(mu + (lv / 2).exp() * eps), x
            )
            params = list(net.parameters())
            for p, g in zip(params, torch.autograd.grad(loss, params)):
                p.grad = g
            adam.step()
            adam.zero_grad()
            return loss
            """,
            """
            mu, logvar = net.encode(x)
            z = mu + torch.exp(0.5 * logvar) * eps
            x_hat = net.decode(z)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """,
            """
            adam.zero_grad()
            x_hat, mu, logvar = net(x, eps)
            loss = losses.elbo(x_hat, x, mu, logvar, beta=beta)
            loss.backward()
            adam.step()
            return loss.detach()
            """,
            """
            mu, logvar = net.encode(x)
            sigma = logvar.exp().sqrt()
            x_hat = net.decode(mu + eps * sigma)
            nll = F.binary_cross_entropy(x_hat, x, reduction="none").flatten(1).sum(dim=1)
            kl = (mu**2 + sigma**2 - logvar - 1).sum(dim=1) / 2
            loss = (nll + beta * kl).mean()
            adam.zero_grad(set_to_none=False)
            loss.backward()
            adam.step()
            return float(loss.detach())
            """,
            """
            for p in net.parameters():
                p.grad = None
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            p = x_hat.clamp(1e-12, 1 - 1e-12)
            bce = -(x * p.log() + (1 - x) * (1 - p).log()).sum() / x.shape[0]
            kl = 0.5 * (mu.square() + logvar.exp() - logvar - 1).sum() / len(x)
            loss = bce + beta * kl
            loss.backward()
            adam.step()
            return loss
            """,
            """
            def closure():
                adam.zero_grad()
                mu, logvar = net.encode(x)
                std = torch.sqrt(torch.exp(logvar))
                x_hat = net.decode(torch.addcmul(mu, std, eps))
                loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
                loss.backward()
                return loss
            return adam.step(closure).item()
            """,
            """
            adam.zero_grad(set_to_none=True)
            mu, logvar = net.encode(x)
            z = torch.addcmul(mu, eps, torch.exp(0.5 * logvar))
            rec, kl = losses.bce(net.decode(z), x), losses.kl_normal(mu, logvar)
            (rec + beta * kl).backward()
            adam.step()
            return (rec + beta * kl).item()
            """,
        ],
        wrong={
            """
            mu, lv = net.encode(x)
            loss = losses.bce(
                net.decode(mu + (lv / 2).exp() * eps), x
            ) + beta * losses.kl_normal(mu, (lv / 2).exp())
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "gave σ where",
            """
            mu, lv = net.encode(x)
            loss = (1 - beta) * losses.bce(
                net.decode(mu + (lv / 2).exp() * eps), x
            ) + beta * losses.kl_normal(mu, lv)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "1 − β",
            """
            mu, lv = net.encode(x)
            loss = F.mse_loss(
                net.decode(mu + (lv / 2).exp() * eps), x
            ) + beta * losses.kl_normal(mu, lv)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "you took the mean squared error for the cross-entropy",
            """
            mu, lv = net.encode(x)
            l1 = losses.bce(net.decode(mu + (lv / 2).exp() * eps), x)
            l2 = losses.kl_normal(mu, lv)
            adam.zero_grad()
            l1.backward(retain_graph=True)
            l2.backward()
            adam.step()
            return (l1 + beta * l2).item()
            """: OTHERWISE,
            """
            mu, lv = net.encode(x)
            z = (mu + (lv / 2).exp() * eps).detach()
            loss = losses.bce(net.decode(z), x) + beta * losses.kl_normal(mu, lv)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "code was detached",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            loss.backward()
            adam.step()
            return loss.item()
            """: "never cleared",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            return loss.item()
            """: "does not move",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            loss.backward()
            adam.zero_grad()
            adam.step()
            return loss.item()
            """: "does not move|cleared",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            """: "returned None",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + logvar.exp() * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "that is the variance",
            """
            mu, sigma = net.encode(x)
            x_hat = net.decode(mu + sigma * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, sigma)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "exponentiated",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "decoded the mean",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "noise ε alone",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = losses.elbo(x_hat, x, mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "left β out",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = losses.bce(x_hat, x) - beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "subtracted the divergence",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = losses.bce(x_hat, x)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "plain autoencoder",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * torch.randn_like(eps))
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "random numbers",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode((mu + (logvar / 2).exp() * eps).detach())
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "code was detached",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, (logvar / 2).exp())
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "gave σ where",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = F.mse_loss(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "you took the mean squared error for the cross-entropy",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = F.binary_cross_entropy(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "averaged the cross-entropy",
            """
            mu, logvar = net.encode(x)
            x_hat = net.decode(mu + (logvar / 2).exp() * eps)
            loss = losses.bce(x, x_hat) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "exchanged",
            """
            for _ in range(2):
                mu, logvar = net.encode(x)
                x_hat = net.decode(mu + (logvar / 2).exp() * eps)
                loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
                adam.zero_grad()
                loss.backward()
                adam.step()
            return loss.item()
            """: OTHERWISE,
            """
            mu, logvar = net.encode(x)
            sigma = logvar / 2
            x_hat = net.decode(mu + sigma * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "you took half of log σ² for σ",
            """
            mu, logvar = net.encode(x)
            sigma = (logvar / 2).exp()
            x_hat = net.decode(mu + eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "you forgot σ",
            """
            mu, logvar = net.encode(x)
            sigma = (logvar / 2).exp()
            x_hat = net.decode(sigma + mu * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "you exchanged μ and σ",
            """
            mu, logvar = net.encode(x)
            sigma = (logvar / 2).exp()
            x_hat = net.decode(mu + sigma * torch.randn_like(mu))
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "you draw random numbers",
            """
            mu, logvar = net.encode(x)
            sigma = (logvar / 2).exp()
            x_hat = net.decode(mu + sigma * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.step()
            adam.zero_grad()
            loss.backward()
            return loss.item()
            """: "RuntimeError",
            """
            mu, logvar = net.encode(x)
            sigma = (logvar / 2).exp()
            x_hat = net.decode(mu + sigma * eps)
            loss = losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            adam.step()
            return loss.item()
            """: "you took two steps of the optimiser",
            """
            mu, logvar = net.encode(x)
            sigma = (logvar / 2).exp()
            x_hat = net.decode(mu + sigma * eps)
            loss = F.mse_loss(x_hat, x) + beta * losses.kl_normal(mu, logvar)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "you took the mean squared error for the cross-entropy",
            """
            mu, logvar = net.encode(x)
            sigma = (logvar / 2).exp()
            x_hat = net.decode(mu + sigma * eps)
            loss = (losses.bce(x_hat, x) + beta * losses.kl_normal(mu, logvar)) / len(x)
            adam.zero_grad()
            loss.backward()
            adam.step()
            return loss.item()
            """: "you divided the loss by the number of images",
        },
    ),
    Answers(
        exercise="latent_objective",
        head="def latent_objective(z, y, A, G, lam):",
        right=[
            "torch.cat([A(G(z)) - y, lam**0.5 * z], dim=1).pow(2).sum(1)",
            """
            return torch.stack(
                [((A(G(c[None])) - d) ** 2).sum() + lam * c @ c for c, d in zip(z, y)]
            )
            """,
            "(A(G(z)) - y).square().sum(dim=1) + lam * z.square().sum(dim=1)",
            "(y - A(G(z))).pow(2).sum(-1) + lam * (z * z).sum(-1)",
            """
            gap = A(G(z)) - y
            return torch.einsum("bm,bm->b", gap, gap) + lam * torch.einsum("bk,bk->b", z, z)
            """,
            "torch.linalg.vector_norm(A(G(z)) - y, dim=1) ** 2 + lam * z.norm(dim=1) ** 2",
            """
            each = []
            for i in range(len(z)):
                gap = A(G(z[i : i + 1])) - y[i : i + 1]
                each.append((gap**2).sum() + lam * (z[i] ** 2).sum())
            return torch.stack(each)
            """,
            """
            data = F.mse_loss(A(G(z)), y, reduction="none").sum(dim=1)
            return data + lam * z.square().sum(dim=1)
            """,
            """
            r = A(G(z)) - y
            return torch.einsum("bm,bm->b", r, r) + lam * torch.einsum("bk,bk->b", z, z)
            """,
            "torch.cat([A(G(z)) - y, math.sqrt(lam) * z], dim=1).pow(2).sum(1)",
        ],
        wrong={
            "(A(G(z)) - y).square().sum(dim=1) + lam * z.square().sum()": "penalty over",
            "(A(G(z)) - y).square().sum() + lam * z.square().sum(1)": "data term over the problems",
            "(A(G(z)) - y).square().sum(1) + lam * z.norm(dim=1)": "square of ‖z‖",
            "(A(G(z)) - y).square().sum(1).sqrt() + lam * z.square().sum(1)": "residual's norm",
            "(A(G(z)) - y).square().sum(1) + lam * z.square().mean(1)": "averaged the penalty",
            "(A(G(z)) - y).square().sum(1) + 0.5 * lam * z.square().sum(1)": "½ before the penalty",
            "(A(G(z)) - y).square().sum() + lam * z.square().sum()": "shape|separate problem",
            "(A(G(z)) - y).square().mean(dim=1) + lam * z.square().sum(dim=1)": "averaged",
            "(A(G(z)) - y).square().sum(dim=1)": "left the penalty out",
            "(A(G(z)) - y).square().sum(dim=1) + lam * G(z).square().sum(dim=1)": "penalised",
            "(A(G(z)) - y).norm(dim=1) + lam * z.norm(dim=1)": "square of the norms",
            "(A(G(z)) - y).square().sum(dim=1) / 2 + lam * z.square().sum(dim=1)": "½",
            "(A(G(z)) - y).square().sum(dim=0) + lam * z.square().sum(dim=0)": "raised|shape",
            "(A(G(z)) - y).square().sum(dim=1) + z.square().sum(dim=1)": "left λ out",
            "(A(G(z)) - y).square().sum(dim=1) + lam**2 * z.square().sum(dim=1)": "squared λ",
            "(A(G(z)) - y).square().sum(dim=1) - lam * z.square().sum(dim=1)": "sign of",
            "(A(G(z)) + y).square().sum(dim=1) + lam * z.square().sum(dim=1)": "you added the data",
            "(A(G(z)) - y).abs().sum(dim=1) + lam * z.abs().sum(dim=1)": "moduli",
            "(A(G(z)) - y).sum(dim=1).square() + lam * z.sum(dim=1).square()": "before squaring",
            "((A(G(z)) - y).square() + lam * z.square()).sum(dim=1)": "raised",
            "(A(G(z)).detach() - y).square().sum(dim=1) + lam * z.square().sum(dim=1)": "gradient",
            "(A(G(z)) - y).square().sum(dim=1, keepdim=True) + lam * z.square().sum()": "shape",
            """
            with torch.no_grad():
                return (A(G(z)) - y).square().sum(dim=1) + lam * z.square().sum(dim=1)
            """: "cannot be differentiated",
            "(A(z) - y).square().sum(dim=1) + lam * z.square().sum(dim=1)": "raised",
            """
            return (A(G(z)) - y).square().mean(dim=1) + lam * z.square().mean(dim=1)
            """: "you averaged both norms",
            """
            return (A(G(z)) - y).square().sum(dim=1) + lam * z.abs().sum(dim=1)
            """: "you took the sum of moduli for the penalty",
            """
            return lam * (A(G(z)) - y).square().sum(dim=1) + z.square().sum(dim=1)
            """: "λ multiplies the data term instead of the penalty",
            """
            return (A(G(z)) - y).abs().sum(dim=1) + lam * z.square().sum(dim=1)
            """: "you took the sum of moduli for the data term",
            """
            return (A(G(z)) - y[0]).square().sum(dim=1) + lam * z.square().sum(dim=1)
            """: "you compared all rows with the first row of y",
            """
            return (A(G(z)).square() - y.square()).sum(dim=1) + lam * z.square().sum(dim=1)
            """: "you subtracted the squares",
            """
            return ((A(G(z)) - y).square().sum(dim=1) + lam) * z.square().sum(dim=1)
            """: "you multiplied by the penalty",
            """
            return (A(G(z)) - y).square().sum(dim=1) + lam * (z.square().sum(dim=1) - z.shape[1])
            """: "you subtracted the dimension of the code",
        },
    ),
    Answers(
        exercise="latent_search",
        head="def latent_search(y, A, G, z0, lam, n_iter, lr):",
        before=OBJECTIVE,
        right=[
            """
            z, m, v = z0.clone(), torch.zeros_like(z0), torch.zeros_like(z0)
            seen = []
            for i in range(1, n_iter + 1):
                q = z.clone().requires_grad_()
                l = (A(G(q)) - y).pow(2).sum(1) + lam * q.pow(2).sum(1)
                (g,) = torch.autograd.grad(l.sum(), q)
                seen.append(l.detach())
                m = 0.9 * m + 0.1 * g
                v = 0.999 * v + 0.001 * g * g
                step = lr / 2 * (1 + math.cos(math.pi * (i - 1) / n_iter))
                z = z - step * (m / (1 - 0.9**i)) / ((v / (1 - 0.999**i)).sqrt() + 1e-8)
            return z, torch.stack(seen)
            """,
            """
            zs = [c[None].clone().requires_grad_() for c in z0]
            seen = torch.zeros(n_iter, len(z0), dtype=z0.dtype)
            for r, z in enumerate(zs):
                opt = torch.optim.Adam([z], lr)
                sch = torch.optim.lr_scheduler.LambdaLR(
                    opt, lambda i: 0.5 + 0.5 * math.cos(math.pi * i / n_iter)
                )
                for i in range(n_iter):
                    l = (A(G(z)) - y).pow(2).sum() + lam * z.pow(2).sum()
                    opt.zero_grad()
                    l.backward()
                    opt.step()
                    sch.step()
                    seen[i, r] = l.item()
            return torch.cat(zs).detach(), seen
            """,
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step()
                falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """,
            """
            z = torch.nn.Parameter(z0.detach().clone())
            opt = torch.optim.Adam(params=[z], lr=lr)
            schedule = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=n_iter, eta_min=0)
            seen = torch.empty(n_iter, len(z0), dtype=z0.dtype)
            for i in range(n_iter):
                opt.zero_grad()
                loss = (A(G(z)) - y).square().sum(1) + lam * z.square().sum(1)
                seen[i] = loss.detach()
                loss.backward(torch.ones_like(loss))
                opt.step()
                schedule.step()
            return z.data, seen
            """,
            """
            z = z0.clone()
            m, v = torch.zeros_like(z), torch.zeros_like(z)
            seen = []
            for i in range(1, n_iter + 1):
                z.requires_grad_()
                loss = latent_objective(z, y, A, G, lam)
                (g,) = torch.autograd.grad(loss.sum(), z)
                m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
                step = lr * (1 + math.cos(math.pi * (i - 1) / n_iter)) / 2
                top, bottom = m / (1 - 0.9**i), (v / (1 - 0.999**i)).sqrt() + 1e-8
                z = (z - step * top / bottom).detach()
                seen.append(loss.detach())
            return z, torch.stack(seen)
            """,
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                (z.grad,) = torch.autograd.grad(loss.sum(), z)
                adam.step(), falling.step(), seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """,
            """
            ends, columns = [], []
            for start in z0:
                z = start[None].clone().requires_grad_()
                adam = torch.optim.Adam([z], lr)
                falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
                column = []
                for _ in range(n_iter):
                    adam.zero_grad()
                    loss = latent_objective(z, y, A, G, lam).sum()
                    loss.backward()
                    adam.step()
                    falling.step()
                    column.append(loss.detach())
                ends.append(z.detach()[0])
                columns.append(torch.stack(column))
            return torch.stack(ends), torch.stack(columns, dim=1)
            """,
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.mean().backward()  # Adam does not see the factor
                adam.step()
                falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """,
            """
            z = torch.nn.Parameter(z0.clone())
            adam = torch.optim.Adam([z], lr=lr)
            history = []
            for s in range(n_iter):
                for group in adam.param_groups:
                    group["lr"] = lr * (1 + math.cos(math.pi * s / n_iter)) / 2
                z.grad = None
                losses_ = latent_objective(z, y, A, G, lam)
                losses_.backward(torch.ones_like(losses_))
                history += [losses_.data.clone()]
                adam.step()
            return z.data, torch.stack(history)
            """,
            """
            z = z0.detach().clone().requires_grad_()
            adam = torch.optim.Adam(params=[z], lr=lr)
            seen, s = [], 0
            def closure():
                adam.zero_grad()
                each = latent_objective(z, y, A, G, lam)
                seen.append(each.detach())
                each.sum().backward()
                return each.sum()
            while s < n_iter:
                adam.param_groups[0]["lr"] = 0.5 * lr * (1 + np.cos(np.pi * s / n_iter))
                adam.step(closure)
                s += 1
            return (z.detach(), torch.stack(seen, 0))
            """,
        ],
        wrong={
            """
            z = z0.clone().requires_grad_()
            seen = []
            opt = torch.optim.Adam([z], lr)
            sch = torch.optim.lr_scheduler.CosineAnnealingLR(opt, n_iter)
            for i in range(n_iter):
                opt.zero_grad()
                l = (A(G(z)) - y).pow(2).sum(1) + lam * z.pow(2).sum(1)
                l.sum().backward()
                opt.step()
                sch.step()
                seen.append(l)
            return z, torch.stack(seen)
            """: "require a gradient",
            """
            z = z0.clone().requires_grad_()
            seen = []
            opt = torch.optim.Adam([z], lr)
            sch = torch.optim.lr_scheduler.LinearLR(opt, 1.0, 0.0, n_iter)
            for i in range(n_iter):
                opt.zero_grad()
                l = (A(G(z)) - y).pow(2).sum(1) + lam * z.pow(2).sum(1)
                l.sum().backward()
                opt.step()
                sch.step()
                seen.append(l.detach())
            return z.detach(), torch.stack(seen)
            """: "your step falls along a line",
            """
            z = z0.clone().requires_grad_()
            seen = []
            opt = torch.optim.Adam([z], lr)
            sch = torch.optim.lr_scheduler.CosineAnnealingLR(opt, n_iter)
            for i in range(n_iter):
                opt.zero_grad()
                l = (A(G(z)) - y).pow(2).sum(1) + lam * z.pow(2).sum(1)
                l.sum().backward()
                opt.step()
                sch.step()
                seen.append(l.detach())
            return torch.stack(seen), z.detach()
            """: "wrong order",
            """
            z = z0.clone().requires_grad_()
            seen = []
            opt = torch.optim.Adam([z], lr, weight_decay=lam)
            sch = torch.optim.lr_scheduler.CosineAnnealingLR(opt, n_iter)
            for i in range(n_iter):
                opt.zero_grad()
                l = (A(G(z)) - y).pow(2).sum(1)
                l.sum().backward()
                opt.step()
                sch.step()
                seen.append(l.detach())
            return z.detach(), torch.stack(seen)
            """: OTHERWISE,
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "stays as large",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "never cleared",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                adam.zero_grad()
                latent_objective(z, y, A, G, lam).sum().backward()
                adam.step(), falling.step()
                seen.append(latent_objective(z, y, A, G, lam).detach())
            return z.detach(), torch.stack(seen)
            """: "after each step: record",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.min().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "smallest loss alone",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = (A(G(z)) - y).square().sum(dim=1)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "left the penalty on z out|penalty",
            """
            z = z0.requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "changed its argument z0",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.SGD([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "plain gradient descent",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter + 1):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: r"shape of value 2 is \(5, 3\), expected \(4, 3\)",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam).sum()
                adam.zero_grad()
                loss.backward()
                adam.step(), falling.step()
                seen.append(loss.item())
            return z.detach(), torch.tensor(seen)
            """: "shape of value 2",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen, dim=1)
            """: "rows and columns are exchanged",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach()
            """: "expected 2 values",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "argument z0, unchanged",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            seen = []
            for i in range(1, n_iter + 1):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.param_groups[0]["lr"] = lr * (1 + math.cos(math.pi * i / n_iter)) / 2
                adam.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "falls before",
            """
            z = z0.clone().requires_grad_()
            seen = []
            for _ in range(n_iter):
                adam = torch.optim.Adam([z], lr=lr)
                falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "inside the loop",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z])
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "default step",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, 200)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "in 200 steps",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return G(z).detach(), torch.stack(seen)
            """: "shape of value 1",
            """
            z = torch.randn_like(z0).requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                loss.sum().backward()
                adam.step(), falling.step()
                seen.append(loss.detach())
            return z.detach(), torch.stack(seen)
            """: "random numbers",
            """
            z = z0.clone()
            adam = torch.optim.Adam([z], lr=lr)
            seen = []
            for _ in range(n_iter):
                loss = latent_objective(z, y, A, G, lam)
                loss.sum().backward()
                adam.step()
                seen.append(loss)
            return z, torch.stack(seen)
            """: "does not require grad",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                each = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                each.sum().backward()
                adam.step()
                falling.step()
                seen.append(each.detach())
            return torch.stack(seen), z.detach()
            """: "its two values are right, and in the wrong order",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.LinearLR(adam, 1.0, 0.0, n_iter)
            seen = []
            for _ in range(n_iter):
                each = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                each.sum().backward()
                adam.step()
                falling.step()
                seen.append(each.detach())
            return z.detach(), torch.stack(seen)
            """: "your step falls along a line",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                each = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                each.sum().backward()
                adam.step()
                falling.step()
                seen.append(each.sum().detach())
            return z.detach(), torch.stack(seen)
            """: "you returned the sum of the losses",
            """
            z = torch.randn_like(z0).requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                each = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                each.sum().backward()
                adam.step()
                falling.step()
                seen.append(each.detach())
            return z.detach(), torch.stack(seen)
            """: "you draw random numbers",
            """
            z = torch.zeros_like(z0).requires_grad_()
            adam = torch.optim.Adam([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                each = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                each.sum().backward()
                adam.step()
                falling.step()
                seen.append(each.detach())
            return z.detach(), torch.stack(seen)
            """: "you start from zero",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.AdamW([z], lr=lr)
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                each = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                each.sum().backward()
                adam.step()
                falling.step()
                seen.append(each.detach())
            return z.detach(), torch.stack(seen)
            """: "you took AdamW",
            """
            z = z0.clone().requires_grad_()
            adam = torch.optim.Adam([z], lr=lr, betas=(0.5, 0.999))
            falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_iter)
            seen = []
            for _ in range(n_iter):
                each = latent_objective(z, y, A, G, lam)
                adam.zero_grad()
                each.sum().backward()
                adam.step()
                falling.step()
                seen.append(each.detach())
            return z.detach(), torch.stack(seen)
            """: "your β₁ is",
        },
    ),
    Answers(
        exercise="best_restart",
        head="def best_restart(x, loss):",
        right=[
            """
            return torch.take_along_dim(x, loss.argmin(0)[None, :, None], dim=0).squeeze(
                0
            )
            """,
            """
            best, least = x[0].clone(), loss[0].clone()
            for r in range(1, len(x)):
                better = loss[r] < least
                best[better], least[better] = x[r][better], loss[r][better]
            return best
            """,
            "x[loss.argmin(dim=0), torch.arange(loss.shape[1])]",
            "torch.stack([x[loss[:, b].argmin(), b] for b in range(x.shape[1])])",
            """
            best = loss.argmin(dim=0)
            return x.gather(0, best[None, :, None].expand(1, -1, x.shape[2]))[0]
            """,
            """
            best = loss.min(dim=0).indices
            return torch.take_along_dim(x, best[None, :, None], dim=0).squeeze(0)
            """,
            """
            chosen = F.one_hot(loss.argmin(0), len(loss)).T.to(x.dtype)
            return torch.einsum("rb,rbn->bn", chosen, x)
            """,
            """
            out, least = x[0].clone(), loss[0].clone()
            for r in range(1, len(x)):
                better = loss[r] < least
                out[better], least[better] = x[r][better], loss[r][better]
            return out
            """,
            """
            return torch.stack([x[int(torch.argmin(loss[:, b])), b] for b in range(x.shape[1])])
            """,
            "torch.take_along_dim(x, loss.argmin(0)[None, :, None], dim=0)[0]",
            "(F.one_hot(loss.argmin(0), len(loss)).T[..., None] * x).sum(0)",
            """
            order = loss.argsort(dim=0)[0]
            return torch.from_numpy(x.numpy()[order.numpy(), np.arange(x.shape[1])])
            """,
        ],
        wrong={
            "x[loss.argmin(0), torch.arange(x.shape[1])].mean(0)": "its shape is",
            "(x * loss.softmax(0)[..., None]).sum(0)": OTHERWISE,
            "x[loss.argmin(0), 0]": "you took the results for the first problem",
            "x[loss.sum(dim=1).argmin()]": "one restart for all",
            "x[loss.argmax(dim=0), torch.arange(loss.shape[1])]": "largest loss",
            "x[-1]": "last restart",
            "x[0]": "first restart",
            "x.mean(dim=0)": "averaged",
            "x[loss.argmin(dim=0)]": "shape",
            "x[loss.argmin()]": "raised|index",
            "x[loss.argmin(dim=1), torch.arange(loss.shape[1])]": "raised|dim",
            "loss.argmin(dim=0)": "int64",
            "loss.min(dim=0).values": "shape",
            "x.min(dim=0).values": "smallest value of each pixel",
            "x[:, loss.argmin(dim=0)]": "raised|shape",
            "x[loss.min(dim=0), torch.arange(loss.shape[1])]": "raised",
            "x[loss.flatten().argmin() // loss.shape[1]]": "least loss of all",
            "[x[loss[:, b].argmin(), b] for b in range(x.shape[1])]": "list",
            "x[loss.argmin(dim=0), 0]": "you took the results for the first problem",
            """
            return x[:, loss.argmin(dim=1)]
            """: "you took the places of the best problems for restarts",
            "x.flatten(0, 1)[loss.flatten().argmin()]": "you took the least of all losses",
            """
            return x[loss.argmin(dim=0), torch.arange(loss.shape[1])].mean(dim=0)
            """: "you averaged the best results",
            """
            return x[torch.arange(loss.shape[0]), loss.argmin(dim=1)]
            """: "you took the best problem of each restart",
            "x.median(dim=0).values": "you took the median of each pixel",
        },
    ),
    Answers(
        exercise="soft_threshold",
        head="def soft_threshold(u, t):",
        right=[
            "(u - t).relu() - (-u - t).relu()",
            "u * (1 - t / u.abs()).clamp(min=0)",
            "u.sign() * (u.abs() - t).clamp(min=0)",
            "torch.sign(u) * F.relu(u.abs() - t)",
            "(u - t).clamp(min=0) - (-u - t).clamp(min=0)",
            "u - u.clamp(-t, t)",
            "torch.where(u > t, u - t, torch.where(u < -t, u + t, torch.zeros_like(u)))",
            "F.softshrink(u, t)",
            "u * (1 - t / u.abs().clamp(min=1e-300)).clamp(min=0)",
            "F.softshrink(u, float(t)) if t >= 0 else u",
            """
            return torch.tensor(np.sign(u.numpy()) * np.maximum(np.abs(u.numpy()) - t, 0))
            """,
            "F.relu(u - t) - F.relu(-u - t)",
        ],
        wrong={
            "(u - t).clamp(min=0) + (u + t).clamp(min=0)": OTHERWISE,
            "u.sign() * (u.abs() - t).abs()": "modulus",
            "(u.abs() - t).relu() * -u.sign()": "wrong sign",
            "u.sign() * (u.abs() - t**2).clamp(min=0)": "by t²",
            "u * (u.abs() > t)": "hard threshold",
            "(u.abs() - t).clamp(min=0)": "forgot the sign",
            "u.sign() * (u.abs() - t)": "stop at zero",
            "u.clamp(-t, t)": r"clamped to \[−t, t\]",
            "(u - t).clamp(min=0)": "only treated positive",
            "u.sign() * (u.abs() + t)": "away from zero",
            "u.sign() * (u.abs() - t).clamp(max=0)": "you clamped from above",
            "u - t": "everything",
            "u.sign() * (u - t).clamp(min=0)": "only treated positive",
            "torch.sign(u) * torch.max(u.abs() - t, 0)": "raised|returned|it gives",
            "u.sign() * (u.abs() - t / 2).clamp(min=0)": "you shrank by t/2",
            "u.sign() * (u.abs() - 2 * t).clamp(min=0)": "you shrank by 2t",
            "u.sign() * (u.square() - t).clamp(min=0)": "you squared u",
            "torch.where(u.abs() > t, u - t, 0 * u)": "negative values",
            """
            u[u.abs() < t] = 0
            return u - t * u.sign()
            """: "changed its argument u",
            "torch.where(u.abs() > t, u - t * u.sign(), u)": "small values",
            "-u.sign() * (u.abs() - t).clamp(min=0)": "wrong sign",
            "u / (1 + t)": r"you divided by 1 \+ t",
            "u * (u.abs() - t).clamp(min=0)": "you multiplied by u instead of its sign",
            "u.sign() * (t - u.abs()).clamp(min=0)": r"you subtracted \|u\| from t",
            "u.sign() * (u.abs() - t).clamp(min=0, max=1)": "you clamped to at most 1",
            "u.sign() * u.abs().clamp(min=t)": r"you clamped \|u\| from below by t",
            "u * (1 - t / u.norm()).clamp(min=0)": "you shrank the length of the whole of u",
            """
            return u.sign() * (u.abs() - t * u.abs().max()).clamp(min=0)
            """: "you shrank by a part of the largest modulus",
            "torch.where(u > t, u - t, u + t)": "you moved all other values up",
        },
    ),
    Answers(
        exercise="ista",
        head="def ista(A, y, lam, Psi, Psi_T, tau, n_iter):",
        before=THRESHOLD,
        right=[
            """
            def rec(u, k):
                if k == 0:
                    return u, []
                c = Psi(u - tau * A.T(A(u) - y))
                n = Psi_T((c.abs() - tau * lam).relu() * c.sign())
                v = (A(n) - y).square().sum() / 2 + lam * Psi(n).abs().sum()
                w, rest = rec(n, k - 1)
                return w, [v] + rest

            u, v = rec(torch.zeros_like(A.T(y)), n_iter)
            return u, torch.stack(v)
            """,
            """
            z = 0 * A.T(y)
            out = []
            for _ in range(n_iter):
                r = A(z) - y
                c = Psi(z) - tau * Psi(A.T(r))
                z = Psi_T(c.sign() * (c.abs() - lam * tau).clamp(min=0))
                out += [
                    (A(z) - y).flatten() @ (A(z) - y).flatten() / 2
                    + lam * Psi(z).abs().sum()
                ]
            return z, torch.stack(out)
            """,
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """,
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                u = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(u), lam * tau))
                data = 0.5 * torch.linalg.vector_norm(A(u) - y) ** 2
                values.append(data + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """,
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append(((A(u) - y).pow(2).sum() / 2 + lam * Psi(u).norm(p=1)).item())
            return u, torch.tensor(values, dtype=torch.float64)
            """,
            """
            c, values = Psi(torch.zeros_like(A.T(y))), []
            for _ in range(n_iter):
                gap = A(Psi_T(c)) - y
                c = soft_threshold(c - tau * Psi(A.T(gap)), tau * lam)
                gap = A(Psi_T(c)) - y
                values.append((gap * gap).sum() / 2 + lam * c.abs().sum())
            return Psi_T(c), torch.stack(values)
            """,
            """
            u = 0 * A.T(y)
            values = torch.zeros(n_iter, dtype=y.dtype)
            b, t = A.T(y), tau * lam
            for i in range(n_iter):
                c = Psi(u - tau * (A.T(A(u)) - b))
                u = Psi_T(torch.sign(c) * torch.clamp(torch.abs(c) - t, min=0))
                values[i] = 0.5 * torch.sum((A(u) - y) ** 2) + lam * torch.sum(torch.abs(Psi(u)))
            return u, values
            """,
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                c = Psi(u - tau * A.T(A(u) - y))
                u = Psi_T(c - c.clamp(-tau * lam, tau * lam))
                values += [F.mse_loss(A(u), y, reduction="sum") / 2 + lam * Psi(u).abs().sum()]
            return [u, torch.stack(values)]
            """,
            """
            c = Psi(torch.zeros_like(A.T(y)))
            out = []
            for _ in range(n_iter):
                u = Psi_T(c)
                g = Psi(A.T(A(u) - y))
                c = soft_threshold(c - tau * g, tau * lam)
                out += [0.5 * (A(Psi_T(c)) - y).square().sum() + lam * c.abs().sum()]
            return Psi_T(c), torch.stack(out)
            """,
        ],
        wrong={
            """
            u = 0 * A.T(y)
            vals = []
            for i in range(n_iter):
                c = Psi(u - tau * A.T(A(u) - y))
                u = Psi(F.softshrink(c, tau * lam))
                vals.append(((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum()))
            return u, torch.stack(vals)
            """: "Ψ twice",
            """
            u = 0 * A.T(y)
            vals = []
            for i in range(n_iter):
                c = Psi(u - tau * A.T(A(u) - y))
                u = Psi_T(F.softshrink(c, tau * lam)).clamp(0, 1)
                vals.append(((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum()))
            return u, torch.stack(vals)
            """: r"you clamped u to \[0",
            """
            u = 0 * A.T(y)
            vals = []
            p = u
            t = 1
            for i in range(n_iter):
                c = Psi(p - tau * A.T(A(p) - y))
                n = Psi_T(F.softshrink(c, tau * lam))
                s = (1 + (1 + 4 * t * t) ** 0.5) / 2
                p = n + (t - 1) / s * (n - u)
                u, t = n, s
                vals.append(((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum()))
            return u, torch.stack(vals)
            """: OTHERWISE,
            """
            u = 0 * A.T(y)
            vals = []
            for i in range(n_iter):
                c = Psi(u - tau * A.T(A(u) - y))
                u = Psi_T(F.softshrink(c, tau * lam))
                vals.append(((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum()))
            return u, vals[-1]
            """: "last one alone",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "shrank by λ: the step",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "shrank by τ: λ",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = soft_threshold(v, tau * lam)
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "shrank the pixels",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi(soft_threshold(Psi_T(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "exchanged Ψ and Ψᵀ",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = soft_threshold(Psi(v), tau * lam)
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "did not come back",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u + tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "climbed",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - 2 * tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "gradient is twice",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "left the step τ out",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * (A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "raised",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u)) - y
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "raised",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "left the ½ out",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * u.abs().sum())
            return u, torch.stack(values)
            """: "coefficients in the objective",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2)
            return u, torch.stack(values)
            """: "data term alone",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().mean() / 2 + lam * Psi(u).abs().mean())
            return u, torch.stack(values)
            """: "means",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "left λ out of the objective",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(v) - y).square().sum() / 2 + lam * Psi(v).abs().sum())
            return u, torch.stack(values)
            """: "before the threshold",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(Psi(v) * (Psi(v).abs() > tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "soft threshold",
            """
            u = A.T(y)
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "began with Aᵀy",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter - 1):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: r"shape of value 2 is \(2,\), expected \(3,\)",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u
            """: "expected 2 values",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, values[-1]
            """: "shape of value 2",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, values
            """: "list",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append(((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum()).item())
            return u.clamp(0, 1), torch.tensor(values)
            """: r"clamped to \[0, 1\]",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(v, tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "you went back by Ψᵀ without going to the coefficients",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return torch.stack(values), u
            """: "its two values are right, and in the wrong order",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = -tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "you forgot the old u",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam / 2))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "you shrank by half of τλ",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).square().sum())
            return u, torch.stack(values)
            """: "you squared the coefficients in the objective",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).norm() / 2 + lam * Psi(u).abs().sum())
            return u, torch.stack(values)
            """: "you forgot the square of ‖Au − y‖ in the objective",
            """
            u = torch.zeros_like(A.T(y))
            values = []
            for _ in range(n_iter):
                v = u - tau * A.T(A(u) - y)
                u = Psi_T(soft_threshold(Psi(v), tau * lam))
                values.append((A(u) - y).square().sum() / 2 + lam * Psi(u).abs().sum())
            return v, torch.stack(values)
            """: "you returned the point before the threshold",
        },
    ),
    Answers(
        exercise="gan_round",
        head="def gan_round(G, D, opt_G, opt_D, real, z, later):",
        before=LOSSES,
        right=[
            """
            p = list(D.parameters())
            for q, g in zip(
                p,
                torch.autograd.grad(
                    losses.discriminator_loss(D(real), D(G(z).detach())), p
                ),
            ):
                q.grad = g
            opt_D.step()
            p = list(G.parameters())
            for c in later:
                for q, g in zip(
                    p, torch.autograd.grad(losses.generator_loss(D(G(c))), p)
                ):
                    q.grad = g
                opt_G.step()
            """,
            """
            def cd():
                opt_D.zero_grad()
                l = losses.discriminator_loss(D(real), D(G(z).detach()))
                l.backward()
                return l

            opt_D.step(cd)
            for c in later:
                opt_G.zero_grad()
                l = losses.generator_loss(D(G(c)))
                l.backward()
                opt_G.step()
            """,
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """,
            """
            loss = losses.discriminator_loss(D(real), D(G(z)))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """,
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward(inputs=list(G.parameters()))
                opt_G.step()
            """,
            """
            loss = F.softplus(-D(real)).mean() + F.softplus(D(G(z).detach())).mean()
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = -F.logsigmoid(D(G(codes))).mean()
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """,
            """
            with torch.no_grad():
                fake = G(z)
            opt_D.zero_grad(set_to_none=False)
            ones, zeros = torch.ones_like(D(real)), torch.zeros_like(D(fake))
            loss = F.binary_cross_entropy_with_logits(D(real), ones)
            (loss + F.binary_cross_entropy_with_logits(D(fake), zeros)).backward()
            opt_D.step()
            for i in range(len(later)):
                opt_G.zero_grad()
                F.binary_cross_entropy_with_logits(D(G(later[i])), ones).backward()
                opt_G.step()
            return G, D
            """,
            """
            def descend(opt, loss):
                opt.zero_grad()
                loss.backward()
                opt.step()

            descend(opt_D, losses.discriminator_loss(D(real), D(G(z).detach())))
            for codes in later:
                D.requires_grad_(False)
                descend(opt_G, losses.generator_loss(D(G(codes))))
            D.requires_grad_(True)
            """,
            """
            opt_D.zero_grad()
            with torch.no_grad():
                fake = G(z)
            losses.discriminator_loss(D(real), D(fake)).backward()
            opt_D.step()
            for codes in later:
                opt_G.zero_grad()
                for p in D.parameters():
                    p.requires_grad_(False)
                losses.generator_loss(D(G(codes))).backward()
                for p in D.parameters():
                    p.requires_grad_(True)
                opt_G.step()
            """,
            """
            loss_D = losses.discriminator_loss(D(real), D(G(z)))
            ps = [p for q in opt_D.param_groups for p in q["params"]]
            for p, g in zip(ps, torch.autograd.grad(loss_D, ps)):
                p.grad = g
            opt_D.step()
            for c in later:
                ps = [p for q in opt_G.param_groups for p in q["params"]]
                grads = torch.autograd.grad(losses.generator_loss(D(G(c))), ps)
                for p, g in zip(ps, grads):
                    p.grad = g
                opt_G.step()
            return None
            """,
            """
            losses.discriminator_loss(D(real), D(G(z).detach())).backward()
            opt_D.step()
            opt_D.zero_grad()
            opt_G.zero_grad()
            for i in range(len(later)):
                losses.generator_loss(D(G(later[i]))).backward()
                opt_G.step()
                opt_G.zero_grad()
                opt_D.zero_grad()
            return G, D
            """,
        ],
        wrong={
            """
            losses.discriminator_loss(D(real), D(G(z).detach())).backward()
            opt_D.step()
            opt_D.zero_grad()
            for c in later:
                losses.generator_loss(D(G(c))).backward()
                opt_G.step()
                opt_G.zero_grad()
            """: "after its step only",
            """
            opt_D.zero_grad()
            losses.discriminator_loss(D(real), D(G(z).detach())).backward()
            opt_D.step()
            opt_G.zero_grad()
            losses.generator_loss(D(G(torch.cat(later)))).backward()
            opt_G.step()
            """: "all codes at once",
            """
            opt_D.zero_grad()
            losses.discriminator_loss(D(real), D(G(z).detach())).backward()
            opt_D.step()
            opt_G.zero_grad()
            for c in later:
                losses.generator_loss(D(G(c))).backward()
            opt_G.step()
            """: "G took one step with the gradients of all batches",
            """
            opt_D.zero_grad()
            losses.discriminator_loss(D(real), D(G(z).detach())).backward()
            opt_D.step()
            for c in later:
                opt_G.zero_grad()
                losses.discriminator_loss(D(real), D(G(c))).backward()
                opt_G.step()
            """: "G minimised the loss of D",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "cleared the gradients of D",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                loss.backward()
                opt_G.step()
            """: "cleared the gradients of G",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                loss.backward()
                opt_G.step()
            """: "cleared any|cleared",
            """
            loss = losses.discriminator_loss(D(G(z).detach()), D(real))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "exchanged the real",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = -losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "wrong sign",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes).detach()))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "does not move",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(z)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "codes z of D",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step(), opt_D.step()
            """: "D moved in the steps of G",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
            """: "does not move",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "D does not move",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later[:1]:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "one step only",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in [z, *later]:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "one step too many",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = -losses.discriminator_loss(D(real), D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "saturating",
            """
            loss = losses.generator_loss(D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "took them for real",
            """
            loss = losses.discriminator_loss(D(real), D(z))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "raised",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(G(codes))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "not judged",
            """
            for codes in later:
                opt_G.zero_grad()
                losses.generator_loss(D(G(codes))).backward()
                opt_G.step()
            opt_D.zero_grad()
            losses.discriminator_loss(D(real), D(G(z).detach())).backward()
            opt_D.step()
            """: "G moved first",
            """
            for codes in later:
                opt_D.zero_grad()
                losses.discriminator_loss(D(real), D(G(z).detach())).backward()
                opt_D.step()
                opt_G.zero_grad()
                losses.generator_loss(D(G(codes))).backward()
                opt_G.step()
            """: "D took a step for each",
            """
            loss_D = losses.discriminator_loss(D(real), D(G(z).detach()))
            loss_G = losses.generator_loss(D(G(later[0])))
            opt_D.zero_grad()
            opt_G.zero_grad()
            (loss_D + loss_G).backward()
            opt_D.step()
            opt_G.step()
            """: OTHERWISE,
            """
            fake = G(z)
            loss = losses.discriminator_loss(D(real), D(fake.detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(fake))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "raised",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                opt_D.zero_grad(), loss.backward()
                opt_G.step()
            """: OTHERWISE,
            """
            loss = losses.discriminator_loss(D(real).sigmoid(), D(G(z).detach()).sigmoid())
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "sigmoid",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later[1:]:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "you left the first batch of codes out",
            """
            loss = losses.discriminator_loss(D(real), D(G(z)))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            opt_G.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: OTHERWISE,
            """
            loss = losses.discriminator_loss(D(real), D(z.new_zeros(real.shape).to(real)))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: OTHERWISE,
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.discriminator_loss(D(real), D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "G minimised the loss of D",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            opt_G.zero_grad()
            for codes in later:
                losses.generator_loss(D(G(codes))).backward()
            opt_G.step()
            """: "G took one step with the gradients of all batches",
            """
            loss = losses.discriminator_loss(D(real), D(G(later[0]).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "D judged images from the codes of G",
            """
            loss = -losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "D climbed",
            """
            loss = losses.discriminator_loss(D(real), D(G(z).detach()))
            opt_D.zero_grad()
            loss.backward()
            opt_D.step()
            for codes in later:
                loss = losses.generator_loss(-D(G(codes)))
                opt_G.zero_grad()
                loss.backward()
                opt_G.step()
            """: "G minimised the loss of D",
        },
    ),
)
