namespace PublicBuyers.Communities;

/// <summary>How a reason is said.</summary>
internal static class VitalityWords
{
    public static string Of(Words words, VitalityReason reason) => reason switch
    {
        { Kind: "silence" } => words.Count("vitality.silence", reason.Days),
        { Kind: "queue" } => words.Count("vitality.queue", reason.Days),
        { Count: 0 } => words.Say($"vitality.{reason.Kind}.none", ("days", reason.Days)),
        _ => words.Say(
            words.FormOf($"vitality.{reason.Kind}", reason.Count),
            ("count", reason.Count),
            ("days", reason.Days)
        ),
    };
}
