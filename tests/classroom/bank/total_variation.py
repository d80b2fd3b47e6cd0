"""Answers to the exercises of notebook 04."""

from classroom.bank import OTHERWISE, Answers

ANSWERS = (
    Answers(
        exercise="total_variation",
        head="def my_tv(u):",
        right=[
            "grad(u).square().sum(dim=-3).sqrt().sum()",
            "grad(u).norm(dim=2).sum()",
            "torch.linalg.vector_norm(grad(u), dim=-3).sum().item()",
            """
            p = grad(u)
            return torch.hypot(p[:, :, 0], p[:, :, 1]).sum()
            """,
            """
            d1 = torch.roll(u, -1, -2) - u
            d2 = torch.roll(u, -1, -1) - u
            return (d1**2 + d2**2 + 1e-16).sqrt().sum()
            """,
        ],
        wrong={
            "grad(u).abs().sum()": "moduli of the two derivatives",
            "grad(u).square().sum()": "square root",
            "grad(u).norm(dim=2).mean()": "averaged",
            "grad(u).square().sum().sqrt()": "one root",
            "grad(u).square().sum(dim=2).sqrt()": "its sum is the right value",
            "-grad(u).norm(dim=2).sum()": "sign",
            "grad(u).norm(dim=2).sum() / 2": OTHERWISE,
        },
    ),
)
