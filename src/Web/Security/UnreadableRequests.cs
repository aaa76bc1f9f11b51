using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using PublicBuyers.Layout;

namespace PublicBuyers.Security;

/// <summary>Why a request could not be read.</summary>
public static class ReadingRefusal
{
    /// <summary>400.</summary>
    public sealed record Malformed() : Refusal(RefusalKind.Unprocessable, "request.malformed");

    /// <summary>413.</summary>
    public sealed record TooLarge(long Kilobytes) : Refusal(RefusalKind.Unprocessable, "request.too-large");

    /// <summary>413: too many fields, or names, values or headers that are too long.</summary>
    public sealed record TooManyFields(int Most) : Refusal(RefusalKind.Unprocessable, "request.too-many-fields");

    /// <summary>408.</summary>
    public sealed record TooSlow() : Refusal(RefusalKind.Unprocessable, "request.too-slow");

    /// <summary>503: forms that are read at the same time take all the space there is for them.</summary>
    public sealed record Crowded() : Refusal(RefusalKind.Unavailable, "request.crowded");

    /// <summary>415.</summary>
    public sealed record WrongType() : Refusal(RefusalKind.Unprocessable, "request.wrong-type");
}

/// <summary>
/// What cannot be read is answered as what it is, by whatever route it came: 400, 408, 413 or 415, with the limit in words, on a page or as a problem, and one log line.
/// </summary>
/// <remarks>Readers throw <see cref="BadHttpRequestException"/>, or set the status and write nothing, as the framework does for JSON. Both end here.</remarks>
internal sealed partial class UnreadableRequests(RequestDelegate next, IOptions<FormOptions> forms, ILogger<UnreadableRequests> logger)
{
    /// <summary>Of a request whose client went away: nobody reads it.</summary>
    private const int ClientGone = 499;

    /// <summary>How a form with too many or too long fields is told from one that is cut off. The framework says it in words only.</summary>
    private const string OfLimits = " limit ";

    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            if (!IsTextWeKnow(http.Request)) throw new BadHttpRequestException($"\"{http.Request.ContentType}\" is no type we read.", StatusCodes.Status415UnsupportedMediaType);

            await next(http);
        }
        catch (BadHttpRequestException unreadable) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            http.Response.StatusCode = unreadable.StatusCode;
            Log(http, unreadable.Message);
            await Answer(http, unreadable);
            return;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            if (!http.Response.HasStarted) http.Response.StatusCode = ClientGone;
            return;
        }

        if (http.Response is not { StatusCode: 400 or 408 or 413 or 415, HasStarted: false } || !IsEmpty(http.Response)) return;
        if (Pages.UnsentForm.IsMarked(http)) return;   // it could be read, and is given back

        if (http.Items[typeof(UnreadableRequests)] is null) Log(http, "a field or the body");
        await Answer(http, null);
    }

    /// <summary>Reads the form now, so that what cannot be read is known before anything is done with it.</summary>
    /// <returns>Why it is not read now.</returns>
    /// <exception cref="BadHttpRequestException">It cannot be read.</exception>
    public static async Task<Refusal?> ReadForm(HttpContext http, Func<HttpContext, Task<Refusal?>> read)
    {
        if (!http.Request.HasFormContentType)
        {
            if (http.Request.ContentType is not null) throw new BadHttpRequestException($"\"{http.Request.ContentType}\" is no form.", StatusCodes.Status415UnsupportedMediaType);
            return null;
        }

        try
        {
            if (await read(http) is { } why) return why;
            if (HoldsNul(http.Request.Form)) throw new BadHttpRequestException("A field holds NUL.");
            return null;
        }
        catch (InvalidDataException wrong)
        {
            var isLimit = wrong.Message.Contains(OfLimits, StringComparison.Ordinal);
            throw new BadHttpRequestException(wrong.Message, isLimit ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, wrong);
        }
        catch (IOException cut) when (cut is not BadHttpRequestException && cut.HResult == new IOException().HResult)   // those of the disk carry its error number
        {
            throw new BadHttpRequestException(cut.Message, cut);
        }
    }

    /// <summary>Whoever refuses a request as unreadable says why here, for the one line of the log.</summary>
    public static void IsLogged(HttpContext http) => http.Items[typeof(UnreadableRequests)] = true;

    private async Task Answer(HttpContext http, BadHttpRequestException? unreadable)
    {
        var status = http.Response.StatusCode;
        var why = Why(http, status, unreadable?.InnerException is InvalidDataException);
        if (http.Request.IsForApi || http.Request.IsForLive)
            await TypedResults.Problem(type: Refusals.TypeOf(why), title: why.Code, detail: RefusalWords.In(ReaderLanguage.Of(http), why), statusCode: status).ExecuteAsync(http);
        else
            await OnPage(http, status, unreadable is null && status == StatusCodes.Status400BadRequest ? null : why);
    }

    /// <summary>A form that could be read, and has a field that cannot be, is given back.</summary>
    private static async Task OnPage(HttpContext http, int status, Refusal? why) =>
        await (await Pages.UnsentForm.Refused(http, status, why) ?? Page.Of<ErrorPage>(new { Status = status, Why = why }, status)).ExecuteAsync(http);

    private Refusal Why(HttpContext http, int status, bool isOfFields) => status switch
    {
        StatusCodes.Status408RequestTimeout => new ReadingRefusal.TooSlow(),
        StatusCodes.Status413PayloadTooLarge when isOfFields => new ReadingRefusal.TooManyFields(forms.Value.ValueCountLimit),
        StatusCodes.Status413PayloadTooLarge => new ReadingRefusal.TooLarge((http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 0) / 1024),
        StatusCodes.Status415UnsupportedMediaType => new ReadingRefusal.WrongType(),
        _ => new ReadingRefusal.Malformed(),
    };

    private static bool HoldsNul(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> fields) =>
        fields.Any(field => field.Key.Contains('\0') || field.Value.Any(value => value?.Contains('\0') is true));

    /// <summary>No, where it names an encoding that there is none of, or none any more: the readers of JSON and of forms take that for a fault of ours.</summary>
    private static bool IsTextWeKnow(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.Charset.HasValue) return true;
        if (!request.HasFormContentType && !type.SubType.EndsWith("json", StringComparison.OrdinalIgnoreCase)) return true;

        try
        {
            return Encoding.GetEncoding(HeaderUtilities.RemoveQuotes(type.Charset).ToString()) is not null;
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)   // the second for UTF-7
        {
            return false;
        }
    }

    private static bool IsEmpty(HttpResponse response) => response.ContentLength is null && string.IsNullOrEmpty(response.ContentType);

    private void Log(HttpContext http, string reason) => LogUnreadable(http.Request.Method, http.Request.Path, http.Response.StatusCode, reason);

    [LoggerMessage(3121, LogLevel.Information, "{Method} {Path} could not be read and was answered with {Status}: {Reason}")]
    private partial void LogUnreadable(string method, string path, int status, string reason);
}
