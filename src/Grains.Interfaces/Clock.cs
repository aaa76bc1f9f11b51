namespace PublicBuyers;

/// <summary>The product's time. The runtime's own clock stays real, so that a test can move this one without stopping anything else.</summary>
public interface IClock
{
    DateTimeOffset Now { get; }

    /// <summary>Completes when <see cref="Now"/> has reached <paramref name="due"/>.</summary>
    Task Reaches(DateTimeOffset due, CancellationToken cancel);
}

/// <summary>Where new identities come from: unguessable, and known in a test.</summary>
public interface INewIds
{
    /// <summary>16 characters out of <c>a–z</c> and <c>2–7</c>: 80 bits of chance.</summary>
    string Next();
}
