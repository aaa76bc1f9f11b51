namespace PublicBuyers.Mails;

/// <summary>A part of a mail: how it reads as text. As HTML see <c>Html/</c>.</summary>
public abstract record LetterPart
{
    private LetterPart() { }

    /// <summary>Its paragraphs, with an empty line between them; empty where there is nothing to say.</summary>
    public abstract string Text { get; }

    /// <summary>Sentences of ours. What people wrote stands in them in one line, without what could become a link.</summary>
    public sealed record Paragraph(string Said) : LetterPart
    {
        public override string Text => Said;
    }

    /// <summary>What somebody wrote, by itself and marked as theirs.</summary>
    public sealed record Quotation(string Written) : LetterPart
    {
        public override string Text => WordsOfPeople.Quoted(Written);
    }

    /// <param name="Address">Of ours. Nothing else becomes a link.</param>
    /// <param name="Label">What it is for, on its button. The text part shows the address alone.</param>
    public sealed record Link(string Address, string Label) : LetterPart
    {
        public override string Text => Address;
    }

    /// <summary>One of the mails that were gathered into this one.</summary>
    /// <param name="To">None: that mail has no link.</param>
    public sealed record Gathered(string Subject, Link? To) : LetterPart
    {
        public override string Text => To is null ? Subject : $"{Subject}\n\n{To.Text}";
    }
}
