// The validator of Swagger is a host on the internet: off. Requests are not tried out from here: a viewer that holds a
// bank's token would be one more place to lose it from.
SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#viewer',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  validatorUrl: null,
});
