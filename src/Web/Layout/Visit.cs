using System.Collections.Immutable;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PublicBuyers.Access;
using PublicBuyers.Communities;

namespace PublicBuyers.Layout;

/// <summary>One request for a page: who reads it, in which language and time zone, and when.</summary>
public sealed class Visit(IHttpContextAccessor accessor, IAntiforgery antiforgery, IClock clock, INewIds ids, ICommunityDirectory communities, PageAssets assets)
{
    /// <summary>The header by which a page asks for a rail that is up to date (Client/rail.ts).</summary>
    private const string FreshRail = "X-Fresh-Rail";

    private readonly HttpContext http = accessor.HttpContext!;
    private readonly HashSet<IFormFile> kept = [];
    private Task<ImmutableArray<CommunityEntry>>? mine;

    /// <summary>None for who is not signed in.</summary>
    public Caller? Caller => Caller.Of(http);

    /// <summary>Only behind <c>RequireAuthorization</c>.</summary>
    public MemberId Member => Caller!.Member;

    public Words Words { get; } = ReaderLanguage.Of(accessor.HttpContext!);

    public TimeZoneInfo Zone => field ??= Zones.Find(Caller?.Profile.TimeZone);

    public DateTimeOffset Now => Local(clock.Now);

    /// <summary>Whether the page is the answer to a form that was sent, and not one that was asked for. A form that is
    /// accepted leads to another page.</summary>
    public bool AnswersForm => HttpMethods.IsPost(http.Request.Method);

    /// <summary>Where the form was sent that this page answers.</summary>
    public string SentTo => http.Request.Path;

    /// <summary>The reader has gone.</summary>
    public CancellationToken Leaving => http.RequestAborted;

    /// <summary>The page's own address, to come back to.</summary>
    public string Here => HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : http.Request.Path;

    /// <summary>Files that came with the form and are stored: nobody has to choose them again.</summary>
    public void Keep(IFormFile file) => kept.Add(file);

    /// <summary>Names of the files that were chosen in that field and are not stored. A browser puts no file back into
    /// a form.</summary>
    public IReadOnlyList<string> FilesNotKept(string field) =>
        http.Features.Get<IFormFeature>()?.Form is { } form
            ? [.. form.Files.GetFiles(field).Where(file => file.FileName.Length > 0 && !kept.Contains(file)).Select(file => file.FileName)]
            : [];

    public AntiforgeryTokenSet FormToken => antiforgery.GetAndStoreTokens(http);

    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    /// <summary>For a form: sent twice, it has one effect.</summary>
    public RequestId NewRequest() => new("form:" + ids.Next());

    public string Asset(string name) => assets.PathOf(name);

    public Task<ImmutableArray<CommunityEntry>> MyCommunities() =>
        mine ??= Caller is { } caller ? ReadMine(caller) : Task.FromResult(ImmutableArray<CommunityEntry>.Empty);

    /// <summary>An open page that has heard of a change asks for its rail again: the answer holds that change.</summary>
    private async Task<ImmutableArray<CommunityEntry>> ReadMine(Caller caller)
    {
        if (http.Request.Headers.ContainsKey(FreshRail)) await communities.Settled(http.RequestAborted);
        return await communities.Of(caller.Member, http.RequestAborted);
    }
}
