import { ConfigurableModuleBuilder, Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import { ProviderFactory, type ProviderFactoryModuleOptions } from './provider-factory.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<ProviderFactoryModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();

/** Gives {@link ProviderFactory} by `forRoot(options)` or `forRootAsync({ inject, useFactory })`, and closes it at the end. */
@Module({
  providers: [
    {
      provide: ProviderFactory,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: ProviderFactoryModuleOptions) => new ProviderFactory(options),
    },
  ],
  exports: [ProviderFactory],
})
export class ProviderFactoryModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(@Inject(ProviderFactory) private readonly factory: ProviderFactory) {
    super();
  }

  async onModuleDestroy(): Promise<void> {
    await this.factory.close();
  }
}
