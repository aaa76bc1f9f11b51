namespace PublicBuyers.Search;

/// <summary>Why nothing is looked for, before any index is asked.</summary>
public static class SearchRefusal
{
    public sealed record TooLong(int Most) : Refusal(RefusalKind.Unprocessable, "search.too-long");

    public sealed record TooManyWords(int Most) : Refusal(RefusalKind.Unprocessable, "search.too-many-words");

    public sealed record DateInvalid() : Refusal(RefusalKind.Unprocessable, "search.date-invalid");
}
