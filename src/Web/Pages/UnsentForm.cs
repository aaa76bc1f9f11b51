using System.Collections.Immutable;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using PublicBuyers.Access;
using PublicBuyers.Security;

namespace PublicBuyers.Pages;

/// <summary>A form of this site that was not accepted: the session had ended, the form was too old, or it was refused for
/// any other reason and has no page of its own that shows what was typed.</summary>
/// <remarks>The answer holds everything that was typed, for every form alike: whoever reads it can sign in and send it,
/// or copy it.</remarks>
internal static class UnsentForm
{
    /// <summary>Of the form: the member whose page it came from. Nothing is sent under another account.</summary>
    public const string AccountField = "account";

    /// <summary>Characters of all fields together. A form with more comes back without them.</summary>
    public const int MostCharacters = 1024 * 1024;

    /// <summary>Fields of one form, files included.</summary>
    public const int MostFields = 1_000;

    private static readonly FormBounds bounds = new(MostFields, MostCharacters);

    private static readonly object key = new();

    /// <summary>Has the answer hold what was typed, where the form is one of ours and the reader a person.</summary>
    public static void Mark(HttpContext http) => http.Items[key] = true;

    public static bool IsMarked(HttpContext http) =>
        http.Items.ContainsKey(key) && HttpMethods.IsPost(http.Request.Method) && IsFromHere(http);

    /// <summary>None where nothing was typed, or the form cannot be read, or says too much.</summary>
    /// <param name="why">None: what that status says.</param>
    /// <param name="reference">What the administrator finds a fault by.</param>
    public static async Task<IResult?> Refused(HttpContext http, int status, Refusal? why, string? reference = null)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || !IsFromHere(http) || IsUnreadable(status)) return null;
        if (!IsRead(http) && http.Request.ContentLength is null or > MostCharacters) return null;   // not worth its bytes

        return await Read(http) is { } typed && typed.Fields.Any(IsTyped) && typed.Fields.All(CanBeShown) ? Page(http, typed, status, why, isRefused: true, reference) : null;
    }

    /// <summary>None where the form cannot be read, or says too much.</summary>
    public static async Task<IResult?> Page(HttpContext http, int status) =>
        await Read(http) is { } typed ? Page(http, typed, status, null, isRefused: false, null) : null;

    private static IResult Page(HttpContext http, Typed typed, int status, Refusal? why, bool isRefused, string? reference)
    {
        var author = typed.Fields.FirstOrDefault(field => field.Name == AccountField).Value;
        return Layout.Page.Of<UnsentFormView>(new
        {
            Action = http.Request.Path + http.Request.QueryString,
            Fields = typed.Fields.Where(field => !IsOurs(http, field.Name)).ToImmutableArray(),
            typed.Files,
            IsMultipart = http.Request.HasFormContentType
                && http.Request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase),
            Account = author,
            IsAnotherAccount = author is not null && Caller.Of(http) is { } reader && reader.Member.Value != author,
            From = PageBefore(http.Request),
            Status = isRefused ? status : (int?)null,
            Why = why,
            Reference = reference,
        }, status);
    }

    private static bool IsTyped(TypedField field) => field.Value.Length > 0 && TypedFields.Labels.ContainsKey(field.Name);

    /// <summary>NUL has no form in a page.</summary>
    private static bool CanBeShown(TypedField field) => !field.Name.Contains('\0') && !field.Value.Contains('\0');

    /// <summary>What could not be read is answered as that.</summary>
    private static bool IsUnreadable(int status) =>
        status is StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType;

    private static bool IsRead(HttpContext http) => http.Features.Get<IFormFeature>() is { Form: not null };

    /// <summary>A form of another site's page gets nothing: what it holds is not what our reader typed.</summary>
    private static bool IsFromHere(HttpContext http)
    {
        var request = http.Request;
        if (request.Headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none")) return false;

        if (request.Headers.Origin is not [{ } origin]) return true;

        return Origins.Ours(http.RequestServices.GetRequiredService<WebOptions>()).Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsOurs(HttpContext http, string name) =>
        name == AccountField
        || name == http.RequestServices.GetRequiredService<IAntiforgery>().GetTokens(http).FormFieldName;

    private static async Task<Typed?> Read(HttpContext http)
    {
        if (http.Features.Get<IFormFeature>() is { Form: { } read }) return Of(read);

        try
        {
            var forms = http.RequestServices.GetRequiredService<IncomingForms>();
            return await forms.Read(http, bounds, PassesOver) is null ? Of(http.Request.Form) : null;
        }
        // not a form after all, too large or too slow: the status says so
        catch (Exception fault) when (fault is BadHttpRequestException or InvalidDataException or IOException)
        {
            return null;
        }
    }

    /// <summary>Files are not kept: nobody is signed in to whom they could belong.</summary>
    private static Task<bool> PassesOver(KeyValueAccumulator before) => Task.FromResult(false);

    private static Typed? Of(IFormCollection form)
    {
        if (form.Sum(field => field.Value.Sum(value => value?.Length ?? 0)) > MostCharacters) return null;

        var files = form.Files.Where(file => file.FileName.Length > 0);
        return new(FieldsOf(form), [.. files.Select(file => new TypedField(file.Name, file.FileName))]);
    }

    private static ImmutableArray<TypedField> FieldsOf(IEnumerable<KeyValuePair<string, StringValues>> form) =>
        [.. form.SelectMany(field => field.Value.Select(value => new TypedField(field.Key, value ?? "")))];

    /// <summary>The page that the form is on, to come back to after signing in.</summary>
    private static string PageBefore(HttpRequest request) =>
        request.GetTypedHeaders().Referer is { IsAbsoluteUri: true } page && page.Host == request.Host.Host
            ? ReturnTo.Path(page.PathAndQuery)
            : "/";

    private sealed record Typed(ImmutableArray<TypedField> Fields, ImmutableArray<TypedField> Files);
}

/// <summary>One field of a form that was sent, or one file of it by its name.</summary>
public readonly record struct TypedField(string Name, string Value);
