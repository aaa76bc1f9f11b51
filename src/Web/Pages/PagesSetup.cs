using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Bridges;
using PublicBuyers.Access;
using PublicBuyers.Administration;
using PublicBuyers.Attachments;
using PublicBuyers.Communities;
using PublicBuyers.Coordination;
using PublicBuyers.Inbox;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Pages;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Search;
using PublicBuyers.Security;
using PublicBuyers.SignIn;

namespace PublicBuyers;

/// <summary>The pages: what they need, and where they are.</summary>
public static class PagesSetup
{
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));   // Greek stays Greek in the page's source, and half the size
        services.AddRazorComponents();
        services.AddHttpContextAccessor();
        services.AddSingleton<PageAssets>();
        services.AddScoped<Visit>();
        services.AddScoped<FieldAtFault>();
        services.AddScoped<Arrival>();
        services.AddSingleton<LinkSeal>();
        services.AddSingleton<BrowserCookie>();
        services.AddScoped<ArticleReading>();
        services.AddScoped<Writing>();
        services.AddScoped<RoomReading>();
        services.AddScoped<MyThings>();
        services.AddScoped<MyBridges>();
        services.AddScoped<BridgePage>();
        services.AddScoped<HomeReading>();
        services.AddScoped<QueueReading>();
        services.AddScoped<MyQueues>();
        services.AddScoped<MyFilters>();
        services.AddTransient<IStartupFilter, PageErrors>();
        return services;
    }

    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets();

        var anybody = app.MapGroup("").AddEndpointFilter(Page.SayWhatIsAccepted).ExcludeFromDescription();
        anybody.MapSignInForms();
        anybody.MapAdministratorLink();
        anybody.MapGroup("").AddEndpointFilter(AskForNameFirst).MapPublicationPages();
        anybody.MapGroup("").AddEndpointFilter(AskForNameFirst).MapCardPages();
        anybody.MapGet("/offline", IResult () => Page.Of<ErrorPage>(new { Status = OfflineStatus }));

        var members = app.MapGroup("").RequireAuthorization()
            .AddEndpointFilter(AskForNameFirst)
            .AddEndpointFilter(Page.SayWhatIsAccepted)
            .ExcludeFromDescription();
        members.MapMemberForms();
        members.MapCommunityForms();
        members.MapSettingsForms();
        members.MapAbsenceForms();
        members.MapClosingForms();
        members.MapStandingForms();
        members.MapInvitationForms();
        members.MapWritingForms();
        members.MapCardForms();
        members.MapBridgeForms();
        members.MapRoomForms();
        members.MapInboxForms();
        members.MapSearchPage();
        members.MapAttachmentDownloads();
        members.MapModerationForms();
        members.MapQueueForms();
        members.MapRequestForms();
        members.MapAdministration();
    }

    private const int OfflineStatus = 0;

    private static async ValueTask<object?> AskForNameFirst(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Caller.Of(http) is not { Profile.IsComplete: false }) return await next(context);

        // By the route, as it was found: a slash at the end of the path makes no other page of it.
        if (http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: MemberForms.Welcome or "/sign-out" }) return await next(context);

        return Page.First(MemberForms.Welcome + "?returnTo=" + Uri.EscapeDataString(ReturnTo.Path(http.Request.Path + http.Request.QueryString)));
    }
}
