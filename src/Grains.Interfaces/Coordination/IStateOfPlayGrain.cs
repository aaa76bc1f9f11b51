using System.Collections.Immutable;

namespace PublicBuyers.Coordination;

/// <summary>A community's state of play (R9): the card its leaders keep for the coordination meeting, and how it was on every day before.</summary>
[Alias("state-of-play")]
public interface IStateOfPlayGrain : IGrainWithStringKey
{
    /// <summary>Writes the card anew. By leaders and administrators.</summary>
    [Alias("write")] Task<Outcome<CardWritten>> Write(WriteCard command);

    /// <summary>The card as it stands. Absent for who may not read it, and where none is written for who may not write it.</summary>
    /// <param name="reader">None: somebody who is not signed in.</param>
    [Alias("read"), ReadOnly] Task<Outcome<CardView>> Read(MemberId? reader);

    /// <summary>The card as it was: for who may read it now and could have read it then.</summary>
    [Alias("version"), ReadOnly] Task<Outcome<CardVersion>> Version(MemberId? reader, int number);

    /// <summary>When it was written and by whom, and what changed; newest first, without texts. At most <see cref="CardLimits.MostVersions"/>, older ones are read by their number.</summary>
    [Alias("history"), ReadOnly] Task<Outcome<ImmutableArray<CardEntry>>> History(MemberId? reader);
}

public static class CardLimits
{
    /// <summary>Of one field, in characters.</summary>
    public const int LongestText = 2_000;

    /// <summary>Of a link or an address.</summary>
    public const int LongestContact = 300;

    public const int MostVersions = 200;
}

/// <summary>What a card says. Texts may have several lines; all but the goal may be empty.</summary>
/// <param name="Levels">Of what is offered: for staff, for decision makers.</param>
/// <param name="Platform">How to reach the community on the platform, in words.</param>
/// <param name="LinkedIn">An <c>https</c> link.</param>
/// <param name="Mail">One address.</param>
/// <param name="Participants">Who takes part.</param>
/// <param name="Gazette">Insights and the gazette.</param>
/// <param name="Connections">Possible links to other communities.</param>
[GenerateSerializer, Immutable, Alias("state-of-play.card")]
public sealed record Card(
    [property: Id(0)] string Goal,
    [property: Id(1)] string Levels,
    [property: Id(2)] string Platform,
    [property: Id(3)] string LinkedIn,
    [property: Id(4)] string Mail,
    [property: Id(5)] string Participants,
    [property: Id(6)] string Activities,
    [property: Id(7)] string Gazette,
    [property: Id(8)] string Plans,
    [property: Id(9)] string Connections)
{
    public static readonly Card Empty = new("", "", "", "", "", "", "", "", "", "");

    /// <summary>Each field by its permanent name, in the order of the card.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fields()
    {
        yield return new("goal", Goal);
        yield return new("levels", Levels);
        yield return new("platform", Platform);
        yield return new("linkedin", LinkedIn);
        yield return new("mail", Mail);
        yield return new("participants", Participants);
        yield return new("activities", Activities);
        yield return new("gazette", Gazette);
        yield return new("plans", Plans);
        yield return new("connections", Connections);
    }
}

[GenerateSerializer, Immutable, Alias("state-of-play.write")]
public sealed record WriteCard : Command
{
    [Id(0)] public required Card Card { get; init; }

    /// <summary><see cref="Classification.Public"/>, <see cref="Classification.Members"/> or <see cref="Classification.Community"/>: a card has no participants and no hosts.</summary>
    [Id(1)] public Classification Readers { get; init; } = Classification.Members;

    /// <summary>The version that writing began with; 0 for the first. Another one since: refused, with nothing lost.</summary>
    [Id(2)] public required int Seen { get; init; }
}

[GenerateSerializer, Immutable, Alias("state-of-play.card-written")]
public sealed record CardWritten([property: Id(0)] int Version);

/// <param name="Version">0: nothing is written yet.</param>
/// <param name="At">None: nothing is written yet.</param>
[GenerateSerializer, Immutable, Alias("state-of-play.view")]
public sealed record CardView(
    [property: Id(0)] CommunityId Community,
    [property: Id(1)] Card Card,
    [property: Id(2)] Classification Readers,
    [property: Id(3)] int Version,
    [property: Id(4)] DateTimeOffset? At,
    [property: Id(5)] MemberId? By,
    [property: Id(6)] bool MayWrite);

/// <param name="Changed">Names of the fields that differ from the version before.</param>
[GenerateSerializer, Immutable, Alias("state-of-play.entry")]
public sealed record CardEntry(
    [property: Id(0)] int Version, [property: Id(1)] DateTimeOffset At, [property: Id(2)] MemberId By, [property: Id(3)] Classification Readers, [property: Id(4)] ImmutableArray<string> Changed);

[GenerateSerializer, Immutable, Alias("state-of-play.version")]
public sealed record CardVersion([property: Id(0)] CardEntry Entry, [property: Id(1)] Card Card);

/// <summary>Why a card says no.</summary>
public static class CardRefusal
{
    [GenerateSerializer, Immutable, Alias("state-of-play.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "state-of-play.absent");

    [GenerateSerializer, Immutable, Alias("state-of-play.not-allowed")]
    public sealed record NotAllowed() : Refusal(RefusalKind.NotAllowed, "state-of-play.not-allowed");

    /// <summary>There is a newer version than the one seen.</summary>
    [GenerateSerializer, Immutable, Alias("state-of-play.changed")]
    public sealed record Changed([property: Id(0)] int Newest) : Refusal(RefusalKind.Conflict, "state-of-play.changed");

    [GenerateSerializer, Immutable, Alias("state-of-play.text-invalid")]
    public sealed record TextInvalid([property: Id(0)] string Field, [property: Id(1)] int Most) : Refusal(RefusalKind.Unprocessable, "state-of-play.text-invalid");

    /// <summary>No <c>https</c> link.</summary>
    [GenerateSerializer, Immutable, Alias("state-of-play.link-invalid")]
    public sealed record LinkInvalid() : Refusal(RefusalKind.Unprocessable, "state-of-play.link-invalid");

    [GenerateSerializer, Immutable, Alias("state-of-play.mail-invalid")]
    public sealed record MailInvalid() : Refusal(RefusalKind.Unprocessable, "state-of-play.mail-invalid");

    [GenerateSerializer, Immutable, Alias("state-of-play.readers-invalid")]
    public sealed record ReadersInvalid() : Refusal(RefusalKind.Unprocessable, "state-of-play.readers-invalid");
}
