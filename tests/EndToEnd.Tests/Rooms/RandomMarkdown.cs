namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>Texts that try a renderer: some made by the grammar of Markdown, nested and crossed, some of loose signs.</summary>
internal static class RandomMarkdown
{
    private static readonly string[] Signs =
    [
        "<", ">", "\"", "'", "[", "]", "(", ")", "!", "`", "```", "~~~", "*", "**", "_", "__", "#", "# ", "\n", "\n\n", "\r\n", "|", "|-|", "-", "---", "===", ":", ":-:",
        "> ", "1. ", "12) ", "07. ", "- ", "+ ", "* ", "javascript:", "data:", "https://a.eu", "http://b.eu/x?y=1&z=2", "www.a.eu", "mailto:a@b.eu", "tel:12", "ftp://a.eu",
        "<a href=", "onclick=", "&#", "&lt;", "&eacute;", "&#233;", "<!--", "-->", "<b>", "</b>", "\\", "{", "}", " ", "  ", "    ", "\t", "\0", "é", "😀", "ſ",
        "[1]: ", "[1]", "[a]: b", "@", "@room", "~", "~~", "^", "=", "2*3", "a_b", "\u202E", "\u200B", "\u0301", "中", "٣",
    ];

    private static readonly string[] Words = ["lot", "Prix", "12", "à", "x", "TTC", "n°7", "Łódź", "2024", "a1"];

    public static string Of(Random random) => random.Next(3) switch
    {
        0 => Loose(random, random.Next(1, 40)),
        1 => Block(random, random.Next(5)),
        _ => Block(random, random.Next(4)) + Loose(random, random.Next(1, 8)) + Block(random, random.Next(3)),
    };

    private static string Loose(Random random, int most) =>
        string.Concat(Enumerable.Range(0, most).Select(_ => random.Next(3) > 0 ? Pick(random, Signs) : Pick(random, Words)));

    private static string Block(Random random, int depth)
    {
        if (depth <= 0) return Line(random, 2) + "\n";

        return random.Next(11) switch
        {
            0 => Prefixed(Block(random, depth - 1), "> "),
            1 => "- " + Prefixed(Block(random, depth - 1), "  ").TrimStart() + "- " + Line(random, 1) + "\n",
            2 => $"{random.Next(1, 30)}. " + Prefixed(Block(random, depth - 1), "   ").TrimStart() + $"{random.Next(1, 30)}. {Line(random, 1)}\n",
            3 => $"```{Pick(random, Words)}\n{Line(random, 1)}\n```\n",
            4 => new string('#', random.Next(1, 7)) + " " + Line(random, 2) + "\n",
            5 => $"{Line(random, 1)}\n{Pick(random, ["-", "---", "=", "==="])}\n{Line(random, 1)}\n",
            6 => $"|{Line(random, 1)}|{Line(random, 1)}|\n|-|:-:|\n|{Line(random, 1)}|{Line(random, 1)}|{Line(random, 1)}|\n|x|\n",
            7 => $"[{Pick(random, Words)}]: {Pick(random, ["1200", "https://a.eu/x", "<a b>"])} {Pick(random, ["", "\"title 3\"", "rest"])}\n",
            8 => "    " + Line(random, 1) + "\n",
            _ => Block(random, depth - 1) + Pick(random, ["", "\n"]) + Block(random, depth - 1),
        };
    }

    private static string Line(Random random, int depth)
    {
        if (depth <= 0) return Pick(random, Words);

        return random.Next(10) switch
        {
            0 => $"*{Line(random, depth - 1)}*",
            1 => $"**{Line(random, depth - 1)}**",
            2 => $"_{Line(random, depth - 1)}_",
            3 => $"`{Line(random, depth - 1)}`",
            4 => $"[{Line(random, depth - 1)}](https://a.eu/x{Pick(random, ["", " \"title 5\""])})",
            5 => $"![{Line(random, depth - 1)}](https://a.eu/p.png)",
            6 => $"[{Line(random, depth - 1)}]({Pick(random, Words)})",
            7 => $"{Pick(random, Words)}{Pick(random, Signs).ReplaceLineEndings(" ")}{Pick(random, Words)}",
            _ => $"{Line(random, depth - 1)} {Line(random, depth - 1)}",
        };
    }

    private static string Prefixed(string block, string prefix) =>
        string.Concat(block.TrimEnd('\n').Split('\n').Select(line => prefix + line + "\n"));

    private static string Pick(Random random, string[] some) => some[random.Next(some.Length)];
}
