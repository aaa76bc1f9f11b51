using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.Publications;

/// <summary>What is public, as a feed (Atom, RFC 4287), the same for whoever asks. The identity of an entry stays when its text, its title or the path to it changes.</summary>
internal sealed class PublicationFeed(PublicationReading publications, PostPresenter presenter, WebOptions web)
{
    public const string Type = "application/atom+xml; charset=utf-8";

    /// <summary>The newest; a reader that comes by now and then misses nothing.</summary>
    public const int MostEntries = 50;

    private const string Atom = "http://www.w3.org/2005/Atom";

    /// <summary>Of tag addresses: since when the name in them has been ours (RFC 4151).</summary>
    private const string NamedSince = "2026";

    /// <summary>A feed has one language; who reads it is not asked.</summary>
    private static readonly Words words = Words.In("en");

    /// <summary>Of a community with nothing public, there is none.</summary>
    public async Task<IResult> Answer(CommunityId? community, HttpContext http)
    {
        var entries = await publications.Public(community, MostEntries, http.RequestAborted);
        if (community is not null && entries.IsEmpty) return Page.Absent;

        var names = await publications.Names(http.RequestAborted);
        var cards = (await presenter.Cards([.. entries.Select(entry => entry.Author).Distinct()], http.RequestAborted)).ToImmutableDictionary(card => card.Member);
        var updated = entries.IsEmpty ? DateTimeOffset.UnixEpoch : entries.Max(entry => entry.UpdatedAt);
        var body = Write(community, entries, names, cards, updated);

        // Kept by whoever fetched it, and asked for again each time: what is withdrawn is gone from it at once.
        http.Response.Headers.CacheControl = "public, no-cache";
        return TypedResults.Bytes(body, Type, lastModified: updated, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body))[..32]}\""));
    }

    private byte[] Write(CommunityId? community, ImmutableArray<PublicationEntry> entries, ImmutableDictionary<CommunityId, string> names, ImmutableDictionary<MemberId, MemberCard> cards, DateTimeOffset updated)
    {
        using var body = new MemoryStream();
        using (var xml = XmlWriter.Create(body, new() { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("feed", Atom);
            xml.WriteAttributeString("xml", "lang", null, words.Language);
            Element(xml, "id", Tag("publications" + (community is { } one ? "/" + one.Value : "")));
            Element(xml, "title", community is { } named ? words.Say("publications.of", ("name", names.GetValueOrDefault(named, named.Value))) : $"{words["publications.title"]} · {words["product"]}");
            Element(xml, "updated", At(updated));
            Link(xml, "self", "application/atom+xml", Paths.FeedOf(community));
            Link(xml, "alternate", "text/html", community is { } its ? Paths.PublicationsOf(its) : Paths.Publications);
            foreach (var entry in entries) Write(xml, entry, names, cards);
            xml.WriteEndElement();
        }

        return body.ToArray();
    }

    private void Write(XmlWriter xml, PublicationEntry entry, ImmutableDictionary<CommunityId, string> names, ImmutableDictionary<MemberId, MemberCard> cards)
    {
        xml.WriteStartElement("entry", Atom);
        Element(xml, "id", Tag("publication/" + entry.Publication.Value));
        Element(xml, "title", entry.Title);
        Element(xml, "published", At(entry.At));
        Element(xml, "updated", At(entry.UpdatedAt));
        xml.WriteStartElement("author", Atom);
        Element(xml, "name", cards.GetValueOrDefault(entry.Author) is { Name: { Length: > 0 } name } ? name : words["member.nameless"]);
        xml.WriteEndElement();
        Category(xml, QueueWords.Of(entry.Kind), words[$"publication-kind.{QueueWords.Of(entry.Kind)}"]);
        Category(xml, entry.Publication.Community.Value, names.GetValueOrDefault(entry.Publication.Community, entry.Publication.Community.Value));
        Link(xml, "alternate", "text/html", Paths.Of(entry.Publication));
        if (entry.Summary.Length > 0) Element(xml, "summary", entry.Summary);
        xml.WriteEndElement();
    }

    private static void Element(XmlWriter xml, string name, string text) => xml.WriteElementString(name, Atom, Clean(text));

    private static void Category(XmlWriter xml, string term, string label)
    {
        xml.WriteStartElement("category", Atom);
        xml.WriteAttributeString("term", term);
        xml.WriteAttributeString("label", Clean(label));
        xml.WriteEndElement();
    }

    private void Link(XmlWriter xml, string rel, string type, string path)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", rel);
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", new Uri(web.BaseUrl, path).AbsoluteUri);
        xml.WriteEndElement();
    }

    private string Tag(string what) => $"tag:{web.BaseUrl.Host},{NamedSince}:{what}";

    private static string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>A text may hold what XML may not.</summary>
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Where(rune => rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value)));
}
