using System.Text;
using System.Text.Json.Nodes;
using PublicBuyers.Journal;

namespace PublicBuyers.WritePath;

/// <summary>No fact of the product has changed its shape yet. One that never will be the product's shows that it can.</summary>
public sealed class OlderShapesAreBroughtUpToDate
{
    [Theory]
    [InlineData(1, """{"to":"Ada","kilos":2}""")]
    [InlineData(2, """{"to":"Ada","grams":2000}""")]
    [InlineData(3, """{"to":"Ada","grams":2000,"urgent":false}""")]
    public void Every_version_is_read_as_the_newest(int version, string payload) =>
        Read(version, payload).ShouldBe(new ParcelEvent.Sent("Ada", 2_000, false));

    [Fact]
    public void Only_the_newest_is_written()
    {
        var written = FactCodec<ParcelEvent>.Write(new ParcelEvent.Sent("Ada", 2_000, true));

        (written.Version, Encoding.UTF8.GetString(written.Payload.Span)).ShouldBe((3, """{"to":"Ada","grams":2000,"urgent":true}"""));
    }

    [Theory]
    [InlineData(1, """{"to":"Ada"}""")]
    [InlineData(1, """{"to":"Ada","kilos":"two"}""")]
    [InlineData(1, """{"to":"Ada","kilos":1,"kilos":2}""")]
    [InlineData(1, "null")]
    [InlineData(1, "[1]")]
    [InlineData(2, """{"grams":1}""")]
    [InlineData(4, """{"to":"Ada","grams":2000,"urgent":false}""")]
    [InlineData(0, """{"to":"Ada","kilos":2}""")]
    public void What_cannot_be_brought_up_to_date_is_unreadable(int version, string payload) =>
        Should.Throw<UnreadableFactException>(() => Read(version, payload));

    private static ParcelEvent? Read(int version, string payload) =>
        FactCodec<ParcelEvent>.Read(new(1, "parcel/1", 1, "parcel.sent", version, "", default, new("ada"), false, Encoding.UTF8.GetBytes(payload))).Event;

    private abstract record ParcelEvent : Fact
    {
        private ParcelEvent() { }

        [PublicBuyers.Journal.Fact("parcel.sent", 3)]
        public sealed record Sent(string To, int Grams, bool Urgent) : ParcelEvent, IUpcast
        {
            public static JsonObject Upcast(int from, JsonObject payload) => from switch
            {
                1 => new() { ["to"] = payload["to"]!.DeepClone(), ["grams"] = payload["kilos"]!.GetValue<int>() * 1_000 },
                _ => new() { ["to"] = payload["to"]!.DeepClone(), ["grams"] = payload["grams"]!.DeepClone(), ["urgent"] = false },
            };
        }
    }
}
