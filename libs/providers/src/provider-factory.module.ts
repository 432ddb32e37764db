import { ConfigurableModuleBuilder, Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import { ProviderFactory, type ProviderFactoryModuleOptions } from './provider-factory.js';

/** What the factory is made of, or the factory itself. */
type ModuleOptions = ProviderFactoryModuleOptions | { factory: ProviderFactory };

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<ModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();

/** Gives {@link ProviderFactory} by `forRoot(options)`, `forRoot({ factory })` or `forRootAsync({ inject, useFactory })`, and closes it at the end. */
@Module({
  providers: [
    {
      provide: ProviderFactory,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: ModuleOptions) => ('factory' in options ? options.factory : new ProviderFactory(options)),
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
