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
            "x.to(torch.float32).mul(1 / 255.0)",
            """
            y = x.clone().double()
            y /= 255
            return y
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
            "x.to(torch.float16) / 255": r"it holds torch\.float16, which keeps three digits",
            "x.float().div(255).clamp(0.05, 0.95)": OTHERWISE,
            """
            return torch.nn.functional.normalize(x.float(), dim=-1)
            """: "you divided each row by its length",
            "x.float() / x.numel()": "you divided by the number of pixels",
            """
            return (x / 255).to(torch.uint8)
            """: r"it holds torch\.uint8, expected floating-point values",
            "x.float() / 255 - 0.5": "is too small by",
            "x.float() / 2**8": "you divided by 256",
            "(x.float() / 255).unsqueeze(0)": "the values are right",
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
            """
            total = 0.0
            for a, b in zip(x.flatten(), ref.flatten()):
                total = total + (a - b) ** 2
            return (total / x.numel()) ** 0.5
            """,
            "torch.nn.MSELoss()(x, ref) ** 0.5",
            "torch.tensor(np.sqrt(np.mean((x.numpy() - ref.numpy()) ** 2)))",
            "torch.hypot((x - ref).mean(), (x - ref).std(correction=0))",
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
            """
            return (x - ref).square().mean(dim=(-2, -1)).sqrt().mean()
            """: "you averaged the RMSEs of the channels",
            """
            return ((x - ref) ** 2).sum().sqrt() / x.shape[0]
            """: "you divided by the number of images",
            "(x.square() - ref.square()).mean().abs().sqrt()": "you subtracted the squares",
            "((x - ref).square().sum() / (x.numel() - 1)).sqrt()": "you divided by n − 1",
            "(x[0] - ref[0]).square().mean().sqrt()": "you took the first image alone",
            """
            return (x - ref).square().mean().sqrt() / (ref.max() - ref.min())
            """: "you divided by the range of ref",
            "(x - ref).square().mean().sqrt() * 255": "is 255 times the right one",
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
            """
            m = u.double().mean().item()
            claim("dark", m, below=1 / 2)
            """,
            """
            total, n = 0.0, 0
            for p in u.flatten().tolist():
                total += p
                n += 1
            claim("mean below a half", total / n, below=0.5)
            """,
            """
            return claim(statement="the image is dark", value=np.mean(u.numpy()), below=0.5)
            """,
            """
            brightness = torch.sum(u) / u.numel()
            if True:
                claim(f"the mean of this image is below 0.5", brightness, below=0.5)
            return None
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
            """
            claim("the image is dark", u.mean(), at_most=0.5)
            assert u.max() < 0.9
            """: "AssertionError",
            """
            claim("the image is dark", u.median(), below=0.5)
            return None
            """: "you count the dark pixels",
            """
            return claim("the image is dark", bool((u < 0.5).float().mean() > 0.5))
            """: "you count the dark pixels",
            """
            return claim("the image is dark", u[0, 0, 0, 0], below=0.5)
            """: "your claim looks at a single pixel",
            """
            return claim("the image is dark", u.mean() * 255, below=0.5)
            """: "it always fails",
            """
            try:
                claim("the image is dark", u.mean(), below=0.5)
            except Exception:
                print("bright")
            """: "it cannot fail",
            """
            if u.mean() < 0.5:
                claim("the image is dark", u.mean(), below=0.5)
            """: "it cannot fail",
            """
            return claim("the image is dark", 1 - u.mean(), below=0.5)
            """: "you bounded the mean from the wrong side",
        },
    ),
)
