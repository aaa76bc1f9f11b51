using System.Collections.Immutable;

namespace PublicBuyers.Mails;

/// <summary>
/// One mail in words, before it is text and HTML. Its words have keys that belong together: <c>mail.NAME.subject</c>,
/// <c>mail.NAME.happened</c>. What several mails say has a key without a name: <c>mail.support</c>.
/// </summary>
public sealed record Letter
{
    private readonly (string Name, object? Value)[] values;

    /// <param name="name">Which mail it is: <c>sign-in</c>.</param>
    /// <param name="why">Why its reader gets it: a key below <c>mail.why.</c></param>
    /// <param name="values">What is filled in, by name. <c>site</c> and <c>support</c> always are.</param>
    public Letter(Words words, string name, string why, Site site, params (string Name, object? Value)[] values)
    {
        this.values = [.. values, ("site", site.Host), ("support", site.Support)];
        (Words, Name) = (words, name);
        Subject = OneLine((BeginsWithValue("subject") ? "PublicBuyers: " : "") + Own("subject"));
        Why = Shared($"why.{why}");
        Support = Shared("support");
    }

    /// <param name="Host">Where people find it.</param>
    /// <param name="Support">Whom to ask about mail.</param>
    public sealed record Site(string Host, string Support);

    public Words Words { get; }

    public string Name { get; }

    public string Subject { get; }

    public ImmutableArray<LetterPart> Parts { get; private init; } = [];

    /// <summary>In the HTML part only.</summary>
    public string Why { get; }

    public string Support { get; }

    /// <summary>
    /// The text part does not end with <see cref="Support"/>: the mail's own words say whom to ask, or need not.
    /// </summary>
    public bool EndsWithoutSupport { get; init; }

    /// <summary>The text part. A part that comes to nothing is left out.</summary>
    public string Text
    {
        get
        {
            var paragraphs = Parts.Select(part => part.Text).Append(EndsWithoutSupport ? "" : Support);
            return string.Join("\n\n", paragraphs.Where(each => each.Length > 0)) + "\n";
        }
    }

    /// <summary>
    /// A paragraph of this mail. Where the first one begins with somebody's words, ours come before it: neither a
    /// subject nor a mail begins with what another person chose.
    /// </summary>
    public Letter Say(string key)
    {
        var begun = Parts.IsEmpty && BeginsWithValue(key) ? SayShared("opening") : this;
        return begun.With(new LetterPart.Paragraph(Own(key)));
    }

    /// <summary>A paragraph that several mails have.</summary>
    public Letter SayShared(string key) => With(new LetterPart.Paragraph(Shared(key)));

    public Letter SayShared(string key, params ReadOnlySpan<(string Name, object? Value)> values) =>
        With(new LetterPart.Paragraph(Words.Say($"mail.{key}", values)));

    /// <summary>Left out where nothing was written.</summary>
    public Letter Quote(string written) => written.Length > 0 ? With(new LetterPart.Quotation(written)) : this;

    /// <param name="label">What it is for: a key below <c>mail.open.</c></param>
    public Letter Link(string address, string label) => With(LinkTo(address, label));

    public Letter Gather(IEnumerable<(string Subject, string? Link)> mails) => this with
    {
        Parts =
        [
            .. Parts,
            .. mails.Select(mail =>
                new LetterPart.Gathered(mail.Subject, mail.Link is { } link ? LinkTo(link, "mail") : null)
            ),
        ],
    };

    private LetterPart.Link LinkTo(string address, string label) => new(address, Words[$"mail.open.{label}"]);

    private Letter With(LetterPart part) => this with { Parts = Parts.Add(part) };

    private string Own(string key) => Words.Say($"mail.{Name}.{key}", values);

    private string Shared(string key) => Words.Say($"mail.{key}", values);

    private bool BeginsWithValue(string key) => Words[$"mail.{Name}.{key}"].StartsWith('{');

    /// <summary>Names reach a header: whatever they hold, it stays one line.</summary>
    private static string OneLine(string text) =>
        string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
}
