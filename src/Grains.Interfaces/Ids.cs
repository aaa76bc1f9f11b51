using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace PublicBuyers;

/// <summary>An identity that is a word on the wire and a type in the code, so that two of them cannot be mixed up.</summary>
public interface IId<TSelf> where TSelf : struct, IId<TSelf>
{
    string Value { get; }

    static abstract TSelf Of(string value);
}

/// <summary>A person with an account. The value says nothing about the person.</summary>
[GenerateSerializer, Immutable, Alias("member-id"), JsonConverter(typeof(IdConverter<MemberId>))]
public readonly partial record struct MemberId([property: Id(0)] string Value) : IId<MemberId>
{
    /// <summary>The server itself: effects, the clock, the import of data.</summary>
    public static readonly MemberId System = new("system");

    private const int LongestId = 64;

    public static MemberId Of(string value) => new(value);

    /// <summary>
    /// Letters and digits, in groups with single hyphens between them; at most 64 characters. Anything else is
    /// <see langword="false"/>, never an exception, and so is <see cref="System"/>: nobody outside is the server, nor does
    /// anything to it.
    /// </summary>
    public static bool TryRead([NotNullWhen(true)] string? text, out MemberId member)
    {
        member = new(text ?? "");
        return text is { Length: <= LongestId } && Form().IsMatch(text) && member != System;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[A-Za-z0-9]+(-[A-Za-z0-9]+)*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}

/// <summary>A community, by its slug: <c>cpb-network</c>.</summary>
[GenerateSerializer, Immutable, Alias("community-id"), JsonConverter(typeof(IdConverter<CommunityId>))]
public readonly record struct CommunityId([property: Id(0)] string Value) : IId<CommunityId>
{
    /// <summary>No community: what concerns the platform as a whole.</summary>
    public static readonly CommunityId None = new("");

    public static CommunityId Of(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>A room of a community: the community's slug, a slash, the room's own: <c>cpb-network/general</c>.</summary>
[GenerateSerializer, Immutable, Alias("room-id"), JsonConverter(typeof(IdConverter<RoomId>))]
public readonly partial record struct RoomId([property: Id(0)] string Value) : IId<RoomId>
{
    public RoomId(CommunityId community, string slug) : this($"{community.Value}/{slug}") { }

    public CommunityId Community => new(Value[..Value.IndexOf('/')]);

    public string Slug => Value[(Value.IndexOf('/') + 1)..];

    public static RoomId Of(string value) => new(value);

    /// <summary>Reads <c>community/room</c>; anything that cannot be a room's address is <see langword="false"/>, never an exception.</summary>
    public static bool TryRead([NotNullWhen(true)] string? text, out RoomId room)
    {
        room = new(text ?? "");
        return text?.Split('/') is [var community, var slug] && Slugs.IsSlug(community)
            && (Slugs.IsSlug(slug) || (slug is [CommentsMark, .. var id] && PublicationId.IsId(id)) || (BridgedForm().Match(slug) is { Success: true } bridged && Slugs.IsSlug(bridged.Groups["other"].Value) && bridged.Groups["other"].Value != community));
    }

    public override string ToString() => Value;

    /// <summary>The publication that is commented here; none in a room that people opened.</summary>
    public PublicationId? Publication => Slug is [CommentsMark, .. var id] ? new PublicationId(Community, id) : null;

    /// <summary>The bridge this is a thread of: <c>cpb-network/+ai-community+1</c>, opened by <see cref="Community"/>; none in a room of one community.</summary>
    public BridgeId? Bridge => Slug is [BridgeId.Mark, .. var rest] && rest.IndexOf(BridgeId.Mark) is > 0 and var end ? new BridgeId(Community, new(rest[..end])) : null;

    /// <summary>Who may come in is not said by the community alone.</summary>
    public bool HasDoorOfItsOwn => Slug is [CommentsMark or BridgeId.Mark, ..];

    /// <summary>Whose members may come in, if anybody.</summary>
    public ImmutableArray<CommunityId> Communities => Bridge is { } bridge ? bridge.Communities : [Community];

    /// <summary>Begins what cannot be a slug.</summary>
    internal const char CommentsMark = '~';

    [GeneratedRegex(@"^\+(?<other>[a-z0-9-]{1,60})\+[1-9][0-9]{0,5}\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex BridgedForm();
}

/// <summary>A publication of a community: the community's slug, a slash, an id made by the server.</summary>
[GenerateSerializer, Immutable, Alias("publication-id"), JsonConverter(typeof(IdConverter<PublicationId>))]
public readonly partial record struct PublicationId([property: Id(0)] string Value) : IId<PublicationId>
{
    public PublicationId(CommunityId community, string id) : this($"{community.Value}/{id}") { }

    public CommunityId Community => new(Value[..Value.IndexOf('/')]);

    public string Key => Value[(Value.IndexOf('/') + 1)..];

    /// <summary>The room of its comments.</summary>
    public RoomId Comments => new(Community, RoomId.CommentsMark + Key);

    public static PublicationId Of(string value) => new(value);

    /// <summary>Reads <c>community/id</c>; anything else is <see langword="false"/>, never an exception.</summary>
    public static bool TryRead([NotNullWhen(true)] string? text, out PublicationId publication)
    {
        publication = new(text ?? "");
        return text?.Split('/') is [var community, var id] && Slugs.IsSlug(community) && IsId(id);
    }

    internal static bool IsId(string id) => Form().IsMatch(id);

    public override string ToString() => Value;

    [GeneratedRegex(@"^[a-z0-9]{20,40}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>An uploaded file. The value is made by the server and cannot be guessed.</summary>
[GenerateSerializer, Immutable, Alias("attachment-id"), JsonConverter(typeof(IdConverter<AttachmentId>))]
public readonly partial record struct AttachmentId([property: Id(0)] string Value) : IId<AttachmentId>
{
    public static AttachmentId Of(string value) => new(value);

    public static bool TryRead([NotNullWhen(true)] string? text, out AttachmentId file)
    {
        file = new(text ?? "");
        return text is not null && Form().IsMatch(text);
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^[a-z0-9]{20,40}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>One sign-in of a member on one device.</summary>
[GenerateSerializer, Immutable, Alias("session-id"), JsonConverter(typeof(IdConverter<SessionId>))]
public readonly record struct SessionId([property: Id(0)] string Value) : IId<SessionId>
{
    public static SessionId Of(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>Made by the client, one for each thing it means to do once: sending a command again under the same id has one effect.</summary>
/// <remarks>1 to 80 characters out of letters, digits, <c>-</c>, <c>_</c>, <c>.</c>, <c>:</c> and <c>/</c>. Remembered for 30 days.</remarks>
[GenerateSerializer, Immutable, Alias("request-id"), JsonConverter(typeof(IdConverter<RequestId>))]
public readonly partial record struct RequestId([property: Id(0)] string Value) : IId<RequestId>
{
    /// <summary>
    /// How ids begin that the server makes for commands of its own. Nobody else's request may bear one: who took such an id
    /// first, in the name of the server, would have the server's own command refused.
    /// </summary>
    public static readonly ImmutableArray<string> OfServer =
        ["adopt:", "administrator:", "arrival:", "claim:", "due:", "effect:", "invite:", "left:", "mark:", "part:", "register:"];

    public static RequestId Of(string value) => new(value);

    /// <summary>The command that follows from one fact: sent twice, done once.</summary>
    public static RequestId OfEffect(string stream, long sequence) => new($"effect:{stream}/{sequence}");

    /// <summary>Where one fact has a command for each of many receivers: what the server asks is unique over all of them, and their names would not fit.</summary>
    public static RequestId OfEffect(string stream, long sequence, MemberId receiver) =>
        new("effect:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{stream}/{sequence}/{receiver.Value}"))));

    /// <summary>One of several things that one command does: done again with it, done once.</summary>
    public static RequestId PartOf(RequestId whole, string part) => new("part:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{whole.Value} {part}"))));

    /// <summary>
    /// Reads what a browser or a program sent. Anything that cannot be a request's id, or begins like one of the server's
    /// own (<see cref="OfServer"/>), is <see langword="false"/>.
    /// </summary>
    public static bool TryRead([NotNullWhen(true)] string? text, out RequestId request)
    {
        request = new(text ?? "");
        return text is not null && Form().IsMatch(text)
            && !OfServer.Any(beginning => text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^[A-Za-z0-9_.:/-]{1,80}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>The short names in addresses: lower-case letters, digits and single hyphens, at most 60.</summary>
public static partial class Slugs
{
    public const int Longest = 60;

    /// <summary>A short name made of a name: without accents, and hyphens for all that cannot stand in it. It may be empty.</summary>
    public static string Of(string name)
    {
        var bare = name.Normal(NormalizationForm.FormD).Where(each => CharUnicodeInfo.GetUnicodeCategory(each) is not UnicodeCategory.NonSpacingMark);
        var spaced = string.Concat(bare.Select(each => char.IsAsciiLetterOrDigit(each) ? char.ToLowerInvariant(each) : ' '));
        var joined = string.Join('-', spaced.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return joined.Length <= Longest ? joined : joined[..Longest].TrimEnd('-');
    }

    public static bool IsSlug(string? text) => text is { Length: > 0 and <= Longest } && Form().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}

public sealed class IdConverter<T> : JsonConverter<T> where T : struct, IId<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.Of(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.Of(reader.GetString() ?? "");

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
}
