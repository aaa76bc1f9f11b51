using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using PublicBuyers.Access;
using PublicBuyers.Attachments;

namespace PublicBuyers.Security;

/// <summary>Reads forms, of any type, in bounded space and time: <see cref="FormSpace"/>, <see cref="Patience"/>.</summary>
/// <remarks>The framework's reader keeps whatever comes in a folder that all programs share, before anybody has asked
/// whether it may come.</remarks>
internal sealed class IncomingForms(FormSpace space, IFormFiles folder, IOptions<FormOptions> limits, TimeProvider time)
{
    /// <summary>A form has to be here after this long, and a second for each <see cref="LeastPerSecond"/> bytes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public const int LeastPerSecond = 16 * 1024;

    /// <summary>Of all fields that are no files, in characters.</summary>
    public const int LongestText = 4 * 1024 * 1024;

    /// <summary>For forms that are going to be handled.</summary>
    public FormBounds Usual => new(limits.Value.ValueCountLimit, LongestText);

    /// <summary>Reads the form now, and has the request answer with it from then on.</summary>
    /// <param name="mayKeep">Asked when the first file begins, with the fields before it.</param>
    /// <returns>Why not now.</returns>
    /// <exception cref="BadHttpRequestException">It came too slowly.</exception>
    /// <exception cref="InvalidDataException">It is none, or has too many fields or too long ones.</exception>
    public async Task<Refusal?> Read(HttpContext http, FormBounds bounds, Func<KeyValueAccumulator, Task<bool>> mayKeep)
    {
        if (http.Features.Get<IFormFeature>() is { Form: not null }) return null;
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)) throw new InvalidDataException("No type.");

        var hold = space.Begin(Caller.Of(http) is { } caller ? "member " + caller.Member : ClientAddress.Of(http));
        http.Response.RegisterForDispose(hold);
        using var late = new CancellationTokenSource(LongestFor(http), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, http.RequestAborted);
        try
        {
            var body = new HeldBody(http.Request.Body, hold, both.Token);
            var form = type.SubType.Equals("x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
                ? new FormCollection(await ReadPairs(body, type.Encoding, bounds, both.Token))
                : await ReadParts(http, hold, type, bounds, mayKeep, both.Token);
            if (form is null || body.IsRefused) return new ReadingRefusal.Crowded();

            http.Features.Set<IFormFeature>(new FormFeature(form));
            return null;
        }
        catch (OperationCanceledException cut) when (late.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The form came too slowly.", StatusCodes.Status408RequestTimeout, cut);
        }
    }

    private TimeSpan LongestFor(HttpContext http)
    {
        var bytes = http.Request.ContentLength ?? http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 0;
        return Patience + TimeSpan.FromSeconds(Math.Min(bytes, AttachmentLimits.LargestForm) / LeastPerSecond);
    }

    private async Task<Dictionary<string, StringValues>> ReadPairs(
        Stream body, Encoding? encoding, FormBounds bounds, CancellationToken cancel)
    {
        using var reader = new FormReader(body, encoding ?? Encoding.UTF8);
        reader.ValueCountLimit = bounds.Fields;
        reader.KeyLengthLimit = limits.Value.KeyLengthLimit;
        reader.ValueLengthLimit = Math.Min(bounds.Characters, limits.Value.ValueLengthLimit);
        return await reader.ReadFormAsync(cancel);
    }

    /// <returns>None where there is no space for its text.</returns>
    private async Task<FormCollection?> ReadParts(
        HttpContext http,
        FormSpace.Hold hold,
        MediaTypeHeaderValue type,
        FormBounds bounds,
        Func<KeyValueAccumulator, Task<bool>> mayKeep,
        CancellationToken cancel)
    {
        var (fields, files, left) = (new KeyValueAccumulator(), new FormFileCollection(), bounds.Characters);
        bool? keeps = null;
        var reader = new MultipartReader(BoundaryOf(type), http.Request.Body)
        {
            HeadersCountLimit = limits.Value.MultipartHeadersCountLimit,
            HeadersLengthLimit = limits.Value.MultipartHeadersLengthLimit,
        };
        while (await reader.ReadNextSectionAsync(cancel) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                throw new InvalidDataException($"\"{section.ContentDisposition}\" says of no part what it is.");
            if (fields.ValueCount + files.Count >= bounds.Fields)
                throw Exceeded("value count", bounds.Fields);

            var name = Plain(disposition.Name);
            if (name.Length > limits.Value.KeyLengthLimit)
                throw Exceeded("key length", limits.Value.KeyLengthLimit);

            if (disposition.IsFileDisposition())
            {
                keeps ??= await mayKeep(fields);
                var shown = Plain(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);
                var file = await ReceivedFile.Read(
                    section.Body, name, shown, hold, folder, keeps is true ? null : new ReadingRefusal.Malformed(), cancel);
                http.Response.RegisterForDispose(file);
                file.Headers = new HeaderDictionary(section.Headers ?? []);
                files.Add(file);
            }
            else if (disposition.IsFormDisposition())
            {
                var body = new HeldBody(section.Body, hold, cancel);
                var value = await ReadText(body, left, cancel)
                    ?? throw Exceeded("text", bounds.Characters);
                if (body.IsRefused) return null;

                left -= value.Length;
                fields.Append(name, value);
            }
        }

        return new(fields.GetResults(), files);
    }

    private static InvalidDataException Exceeded(string what, int limit) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Form {what} limit {limit} exceeded."));

    private string BoundaryOf(MediaTypeHeaderValue type)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        if (StringSegment.IsNullOrEmpty(boundary)) throw new InvalidDataException("The type names no boundary.");
        if (boundary.Length > limits.Value.MultipartBoundaryLengthLimit)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Boundary length limit {limits.Value.MultipartBoundaryLengthLimit} exceeded."));

        return boundary.ToString();
    }

    /// <summary>A name in a part's head, without its quotes.</summary>
    private static string Plain(StringSegment quoted) => HeaderUtilities.RemoveQuotes(quoted).ToString();

    /// <summary>The text of one part; none where it has more than so many characters.</summary>
    private static async Task<string?> ReadText(Stream part, int most, CancellationToken cancel)
    {
        using var reader = new StreamReader(part, Encoding.UTF8);
        var (text, buffer) = (new StringBuilder(), new char[4096]);
        for (int read; (read = await reader.ReadAsync(buffer, cancel)) > 0;)
        {
            if (text.Length + read > most) return null;

            text.Append(buffer, 0, read);
        }

        return text.ToString();
    }
}

/// <param name="Fields">At most, files included.</param>
/// <param name="Characters">At most, of all fields that are no files.</param>
internal readonly record struct FormBounds(int Fields, int Characters);
