using System.Text;
using System.Text.RegularExpressions;
using PublicBuyers.Communities;

namespace PublicBuyers.Architecture;

/// <summary><c>docs/rights.md</c> is printed from the code and says nothing else.</summary>
public sealed partial class RightsInWriting
{
    /// <summary>Set to anything, the test writes the page instead of comparing it.</summary>
    private const string Rewrite = "WRITE_RIGHTS";

    private static readonly (string Name, Role? Role, bool Administrator)[] People =
    [
        ("signed in", null, false), ("member", Role.Member, false), ("moderator", Role.Moderator, false), ("leader", Role.Leader, false), ("administrator", null, true),
    ];

    private static readonly (string Name, Reader Reader)[] Readers =
    [
        ("anybody", Reader.Anybody), ("signed in", new(true, null)), ("member", new(true, Role.Member)), ("participant", new(true, null, IsParticipant: true)),
        ("host", new(true, null, IsHost: true)), ("moderator", new(true, Role.Moderator)), ("leader", new(true, Role.Leader)),
    ];

    [Fact]
    public void The_page_of_rights_is_what_the_code_does()
    {
        var page = Path.Combine(Repository.Root, "docs", "rights.md");
        if (Environment.GetEnvironmentVariable(Rewrite) is { Length: > 0 }) File.WriteAllText(page, Printed());

        File.ReadAllText(page).ReplaceLineEndings("\n").ShouldBe(Printed(), $"docs/rights.md is printed from Rights.Table and Reader.CanRead. Run this test once with {Rewrite}=1 set, look at the difference, and commit it.");
    }

    [Fact]
    public void Everything_people_do_is_in_the_table() => Enum.GetValues<Doing>().Except(Rights.Table.Keys).ShouldBeEmpty();

    private static string Printed()
    {
        var page = new StringBuilder("""
            # Who may do what

            Printed from `Rights.Table` and `Reader.CanRead` in `src/Grains.Interfaces/Rights.cs`; a test keeps it so. What a person may not read answers as if it did not exist.

            ## Doing

            An administrator of the platform need not belong to the community. Who is suspended counts as somebody who is signed in; a member whose posting is suspended does everything but writing, and a moderator or leader whose posting is suspended counts as a member until that ends. Only leaders and administrators restrict moderators and leaders, or let them off.


            """).Replace("\r", "");
        Row(page, People.Select(person => person.Name).Prepend("what"));
        Row(page, People.Select(_ => "---").Prepend("---"));
        foreach (var what in Rights.Table.Keys) Row(page, People.Select(person => Mark(Rights.May(what, person.Role, person.Administrator))).Prepend(InWords(what)));

        page.Append("\n## Reading\n\nAn administrator of the platform also reads what a queue gives them to judge, by its address: a submission, a publication, a reported post. None of it stands in a list, a search or a feed of theirs.\n\n");
        Row(page, Readers.Select(reader => reader.Name).Prepend("classified"));
        Row(page, Readers.Select(_ => "---").Prepend("---"));
        foreach (var what in Enum.GetValues<Classification>()) Row(page, Readers.Select(reader => Mark(reader.Reader.CanRead(what))).Prepend(what.ToString()));

        return page.ToString();
    }

    private static void Row(StringBuilder page, IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Mark(bool may) => may ? "yes" : "";

    private static string InWords(Doing what) => Capital().Replace(what.ToString(), " $0").Trim().ToLowerInvariant();

    [GeneratedRegex("[A-Z]", RegexOptions.NonBacktracking)]
    private static partial Regex Capital();
}
