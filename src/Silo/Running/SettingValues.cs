using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace PublicBuyers.Running;

/// <summary>A secret: it is in no log and no answer, and can be given by a file, whose setting has the same name and <c>File</c> at its end.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretAttribute : Attribute;

/// <summary>What each setting may hold, found by its type.</summary>
internal static class SettingValues
{
    private const string Section = "PublicBuyers";

    /// <summary>No wait that is configured is longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Before they are bound: what the binder would put in words of its own, or drop without any.</summary>
    /// <exception cref="ConfigurationException">A value is not what its key takes.</exception>
    public static void Check(IConfigurationSection section)
    {
        if (section.Value is not null) throw new ConfigurationException($"\"{Section}\" is \"{section.Value}\" in the settings. Write it as an object that holds the keys.");

        foreach (var property in All())
        {
            var (given, type) = (section.GetSection(property.Name), Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            if (type.IsArray)
            {
                foreach (var each in given.GetChildren())
                    if (!int.TryParse(each.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _) || each.Value is null)
                        throw new ConfigurationException($"{Section}:{property.Name} takes a list of texts, and \"{each.Key}\" in it is none.");
            }
            else if (given.GetChildren().Any()) throw new ConfigurationException($"{Section}:{property.Name} takes one value and not a list or an object.");
            else if (given.Value is { } value && !CanRead(type, value))
                throw new ConfigurationException($"{Section}:{property.Name} is \"{Shown(property, value)}\". It takes {Wanted(type)}.");
        }
    }

    /// <summary>Once they are bound: numbers and times that could only be a mistake.</summary>
    /// <exception cref="ConfigurationException">A value is below zero, or endless.</exception>
    public static void Check(ServerOptions options)
    {
        foreach (var property in All())
        {
            var wrong = property.GetValue(options) switch
            {
                int number => number < 0,
                long number => number < 0,
                double number => !double.IsFinite(number) || number < 0,
                TimeSpan time => time <= TimeSpan.Zero || time > Longest,
                _ => false,
            };
            if (wrong)
                throw new ConfigurationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Section}:{property.Name} is \"{property.GetValue(options)}\". It takes {Wanted(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)}."));
        }
    }

    /// <summary>All that is in force, in one line; of secrets only whether they are set.</summary>
    public static string InForce(ServerOptions options) => string.Join(", ", All().Select(property => $"{property.Name}={Shown(property, property.GetValue(options))}"));

    private static IEnumerable<PropertyInfo> All() => typeof(ServerOptions).GetProperties().Where(property => property.CanWrite);

    private static string Shown(PropertyInfo property, object? value) => value switch
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
        if (type.IsEnum) return Enum.GetNames(type).Contains(value, StringComparer.OrdinalIgnoreCase);

        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception other) when (other is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Wanted(Type type) =>
        type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type))
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a time above zero, such as 00:00:25 for 25 seconds"
        : type == typeof(int) || type == typeof(long) ? "a whole number that is not below zero"
        : type == typeof(double) ? "a number that is not below zero"
        : "a text";
}
