using Orleans.Serialization;

namespace PublicBuyers.Testing;

/// <summary>Serializes what grains of one silo say to each other, as if each were on another silo.</summary>
/// <remarks>Otherwise Orleans hands immutable arguments and answers over as they are, and what cannot be serialized
/// is found only by chance.</remarks>
internal sealed class SerializedCalls(Serializer serializer) : IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var isOurs = context.Request.GetInterfaceType().Namespace?.StartsWith("PublicBuyers", StringComparison.Ordinal) ?? false;
        for (var at = 0; isOurs && at < context.Request.GetArgumentCount(); at++)
        {
            if (context.Request.GetArgument(at) is { } argument and not CancellationToken)
                context.Request.SetArgument(at, AsSent(argument));
        }

        await context.Invoke();
        if (isOurs && context.Result is { } answer) context.Result = AsSent(answer);
    }

    private object AsSent(object value) => serializer.Deserialize<object>(serializer.SerializeToArray(value))!;
}
