// Shows the OpenAPI document of this server. A file of its own, because the page's
// policy lets no script stand within it; and no validator is asked, because that would
// be another host.
window.addEventListener("load", function () {
  window.ui = SwaggerUIBundle({
    url: "swagger.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    validatorUrl: null,
    tryItOutEnabled: false,
    persistAuthorization: false,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
});
