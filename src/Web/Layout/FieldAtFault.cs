using PublicBuyers.Pages;

namespace PublicBuyers.Layout;

/// <summary>The refusal of this request, and the one field that says it.</summary>
/// <remarks><see cref="Refusing"/> brings the refusal. The first field of the form that was sent, and that the refusal
/// is about, takes it. Where no field does, it stays above the form.</remarks>
public sealed class FieldAtFault
{
    private Refusal? why;

    /// <summary>A field has just taken it.</summary>
    public event Action? Taken;

    public bool IsTaken { get; private set; }

    /// <summary>None: nothing was refused, or what was is brought no more.</summary>
    internal void Bring(Refusal? refusal) => why ??= refusal;

    /// <returns>What the field says; none where it is not at fault.</returns>
    internal Refusal? Take(string name)
    {
        if (why is null || IsTaken || !FieldsOfRefusals.Of(why).Contains(name)) return null;

        IsTaken = true;
        Taken?.Invoke();
        return why;
    }
}
