"""Answers to the exercises of notebook 00."""

from classroom.bank import OTHERWISE, Answers

ANSWERS = (
    Answers(
        exercise="to_unit_range",
        head="def to_unit_range(x):",
        right=[
            "x.float() / 255",
            "x / 255",
            "x.to(torch.float64) * (1 / 255)",
            "torch.true_divide(x, 255)",
            """
            levels = torch.linspace(0, 1, 256, dtype=torch.float64)
            return levels[x.long()]
            """,
        ],
        wrong={
            "x.float() / 256": "divided by 256",
            "x // 255": "floating-point",
            "x.float() / x.max()": "brightest",
            "x / 255.0 * 2 - 1": "black to −1",
            "(x - x.min()) / (x.max() - x.min())": "own extremes",
            "x.float()": "its argument x, unchanged",
            "x * 255": "floating-point",
            "255 / x": "inverse",
            "1 - x / 255": "one minus",
            "x / 128 - 1": "you divided by 127 or 128",
            "x.float() / 254": "you divided by 254",
            "(x / 255).round()": "rounded",
            "(x / 255)[0]": "shape",
            "(x / 255).mean()": "shape",
            "(x / 255).numpy()": "NumPy",
            "print(x / 255)": "returned None",
            "x / 255**2": "1/255",
            "(x / 255) ** 2": "square",
            "(x / 255).sqrt()": "square root",
            """
            x /= 255
            return x
            """: "raised",
            """
            x //= 255
            return x.float()
            """: "changed its argument x|integers",
        },
    ),
    Answers(
        exercise="rmse",
        head="def rmse(x, ref):",
        right=[
            "(x - ref).square().mean().sqrt()",
            "((x - ref) ** 2).mean() ** 0.5",
            "torch.linalg.vector_norm(x - ref) / math.sqrt(x.numel())",
            "math.sqrt(F.mse_loss(x, ref))",
            "float(np.sqrt(np.mean((x.numpy() - ref.numpy()) ** 2)))",
            """
            total = 0.0
            for d in (x - ref).flatten().tolist():
                total += d**2
            return (total / x.numel()) ** 0.5
            """,
        ],
        wrong={
            "(x - ref).square().mean()": "forgot the square root",
            "(x - ref).square().sum().sqrt()": "summed over the pixels",
            "(x - ref).abs().mean()": "mean absolute error",
            "(x - ref).mean().abs()": "before squaring",
            "(x - ref).mean().square().sqrt()": "before squaring",
            "(x - ref).square().sqrt().mean()": "mean absolute error",
            "(x - ref).std()": "standard deviation",
            "(x - ref).norm()": "summed over the pixels",
            "(x - ref).norm() / x.numel()": "number of values|too small",
            "(x - ref).square().sqrt()": "shape",
            "(x - ref).square().mean(dim=(-2, -1)).sqrt()": "shape",
            "(x - ref).abs().max()": "largest error",
            "(x - ref).mean()": OTHERWISE,
            "(x - ref).square().mean().sqrt() / ref.norm()": OTHERWISE,
            "(x**2 - ref**2).mean().abs().sqrt()": "you subtracted the squares",
            "(x + ref).square().mean().sqrt()": "added",
            "255 * (x - ref).square().mean().sqrt()": "255 times",
            "metrics.psnr(x, ref)": "shape|PSNR",
            "(x - ref).square().mean().log10()": OTHERWISE,
            "print((x - ref).square().mean().sqrt())": "returned None",
            """
            x -= ref
            return x.square().mean().sqrt()
            """: "changed its argument x",
        },
    ),
    Answers(
        exercise="claim_dark",
        head="def claim_dark(u):",
        right=[
            """
            claim("the image is dark", u.mean(), below=0.5)
            """,
            """
            mean = u.mean().item()
            claim("dark", mean, below=0.5)
            """,
            """
            claim("dark", bool(u.mean() < 0.5))
            """,
            """
            claim("its negative is bright", 1 - u.mean(), above=0.5)
            """,
            """
            claim("dark", float(torch.mean(u)), at_most=0.4999)
            """,
            """
            claim("the sum is small", u.sum(), below=0.5 * u.numel())
            """,
        ],
        wrong={
            """
            claim("dark", u.mean(), at_least=0.5)
            """: "wrong side",
            """
            claim("dark", u, below=0.5)
            """: "every pixel",
            """
            claim("dark", u.max(), below=0.5)
            """: "every pixel",
            """
            claim("dark", u.min(), below=0.5)
            """: "one dark pixel",
            """
            u.mean() < 0.5
            """: "cannot fail",
            """
            return u.mean() < 0.5
            """: "cannot fail",
            """
            print("dark" if u.mean() < 0.5 else "bright")
            """: "cannot fail",
            """
            claim("dark", u.mean(), above=0.5)
            """: "wrong side",
            """
            claim("dark", u.mean(), below=1.5)
            """: "cannot fail",
            """
            claim("dark", u.mean(), below=127)
            """: "cannot fail",
            """
            claim("dark", u.mean())
            """: OTHERWISE,
            """
            claim("dark", u.mean(), equals=0.5)
            """: "it always fails",
            """
            claim(u.mean(), below=0.5)
            """: "raised|claim",
            """
            dark = u.mean() < 0.5
            assert dark
            """: "raised|claim",
            """
            claim("dark", bool((u < 0.5).any()))
            """: "one dark pixel",
            """
            claim("dark", bool((u < 0.5).all()))
            """: "every pixel",
            """
            if u.mean() < 0.5:
                claim("dark", u.mean(), below=0.5)
            """: "cannot fail",
            """
            claim("dark", u.mean(), below=0.1)
            """: "it always fails",
        },
    ),
)
