using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using PublicBuyers.Mails;

namespace PublicBuyers.Running;

/// <summary>
/// A secret: it is in no log and no answer, and can be given by a file, whose setting has the same name and <c>File</c>
/// at its end.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;

/// <summary>From where to where a number or a time can be meant, both included. Every one of ours says so.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class BetweenAttribute : Attribute
{
    public BetweenAttribute(long least, long most) => (Least, Most) = (least, most);

    /// <summary>Of times, as <c>hh:mm:ss</c>.</summary>
    public BetweenAttribute(string least, string most) =>
        (Least, Most) = (
            TimeSpan.Parse(least, CultureInfo.InvariantCulture),
            TimeSpan.Parse(most, CultureInfo.InvariantCulture)
        );

    public IComparable Least { get; }

    public IComparable Most { get; }
}

/// <summary>What each setting may hold, found by its type.</summary>
internal static class SettingValues
{
    private const string Section = "PublicBuyers";

    /// <summary>
    /// Hours, minutes and seconds. A number alone is not read: to the framework 25 would be days, and 00:25 minutes.
    /// </summary>
    private static readonly string[] TimeForms = [@"h\:mm\:ss", @"hh\:mm\:ss", @"h\:mm\:ss\.FFF", @"hh\:mm\:ss\.FFF"];

    /// <summary>Before they are bound: what the binder would put in words of its own, or drop without any.</summary>
    /// <exception cref="ConfigurationException">A value is not what its key takes.</exception>
    public static void Check(IConfigurationSection section)
    {
        if (section.Value is not null)
            throw new ConfigurationException(
                $"\"{Section}\" is \"{section.Value}\" in the settings. Write it as an object that holds the keys."
            );

        foreach (var property in All())
        {
            var (given, type) = (
                section.GetSection(property.Name),
                Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType
            );
            if (type.IsArray)
                continue; // SettingSources has read it

            if (given.GetChildren().Any())
                throw new ConfigurationException(
                    $"{Section}:{property.Name} takes one value and not a list or an object."
                );
            if (given.Value is { } value && !CanRead(type, value))
                throw new ConfigurationException(
                    $"{Section}:{property.Name} is \"{Shown(property, value)}\". It takes "
                        + $"{Wanted(property, type)}.{Advice(type, value)}"
                );
        }
    }

    /// <summary>Once they are bound: numbers and times that could only be a mistake.</summary>
    /// <exception cref="ConfigurationException">A value is out of its bounds.</exception>
    public static void Check(ServerOptions options)
    {
        foreach (var property in All())
        {
            var value = property.GetValue(options);
            if (
                property.GetCustomAttribute<BetweenAttribute>() is not { } bounds
                || value is null
                || IsWithin(bounds, value)
            )
                continue;

            throw new ConfigurationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Section}:{property.Name} is \"{value}\". It takes {Wanted(property, property.PropertyType)}."
                )
            );
        }
    }

    /// <summary>All that is in force, in one line; of secrets only whether they are set.</summary>
    public static string InForce(ServerOptions options) =>
        string.Join(", ", All().Select(property => $"{property.Name}={Shown(property, InForce(options, property))}"));

    /// <summary>Where nothing is set, what follows from other settings.</summary>
    private static object? InForce(ServerOptions options, PropertyInfo property) =>
        property.Name switch
        {
            nameof(ServerOptions.SmtpTls) => options.SmtpServer?.Tls,
            nameof(ServerOptions.BaseUrl) => options.BaseUrl ?? options.PublicUrl.OriginalString,
            _ => property.GetValue(options),
        };

    /// <summary>The settings, in the order of their documentation.</summary>
    public static IEnumerable<PropertyInfo> All() =>
        typeof(ServerOptions).GetProperties().Where(property => property.CanWrite);

    private static string Shown(PropertyInfo property, object? value) =>
        value switch
        {
            null => "none",
            _ when property.IsDefined(typeof(SecretAttribute)) => "(secret)",
            string[] many => $"[{string.Join(' ', many)}]",
            string { Length: 0 } => "none",
            IFormattable one => one.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "none",
        };

    private static bool CanRead(Type type, string value)
    {
        if (type == typeof(TimeSpan))
            return TimeSpan.TryParseExact(value, TimeForms, CultureInfo.InvariantCulture, out _);
        if (type.IsEnum)
            return Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase);

        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception other)
            when (other is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static bool IsWithin(BetweenAttribute bounds, object value)
    {
        IComparable given = value is TimeSpan time ? time : Convert.ToInt64(value, CultureInfo.InvariantCulture);
        return bounds.Least.CompareTo(given) <= 0 && bounds.Most.CompareTo(given) >= 0;
    }

    private static string Wanted(PropertyInfo property, Type type)
    {
        var bounds = property.GetCustomAttribute<BetweenAttribute>();
        var range = bounds is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" from {bounds.Least} to {bounds.Most}");
        return type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type))
            : type == typeof(bool) ? "true or false"
            : type == typeof(TimeSpan) ? $"a time{range}, as hours:minutes:seconds"
            : type == typeof(int) || type == typeof(long) ? "a whole number" + range
            : "a text";
    }

    /// <summary>What to write where a number alone was given for a time: most people mean seconds.</summary>
    private static string Advice(Type type, string value) =>
        type == typeof(TimeSpan)
        && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds < TimeSpan.SecondsPerDay
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" For {seconds} seconds write {TimeSpan.FromSeconds(seconds):c}"
            )
            : "";
}
