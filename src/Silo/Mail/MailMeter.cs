using System.Diagnostics.Metrics;

namespace PublicBuyers.Mails;

/// <summary>Measures the window in which dying sends a mail twice.</summary>
internal sealed class MailMeter(IMeterFactory meters, TimeProvider time)
{
    private readonly Histogram<double> window = meters
        .Create("PublicBuyers.Mail")
        .CreateHistogram<double>(
            "publicbuyers.mail.window",
            "ms",
            "From a mail's acceptance to our record of it: who dies in between sends it again."
        );

    public long Accepted() => time.GetTimestamp();

    /// <returns>Milliseconds since then.</returns>
    public double Recorded(long accepted)
    {
        var elapsed = time.GetElapsedTime(accepted).TotalMilliseconds;
        window.Record(elapsed);
        return elapsed;
    }
}
